import { hostname } from "node:os";
import { join } from "node:path";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { formatBytes } from "../../system/byte-size.ts";
import type { Claimed, HeldHere, WorkSource } from "../work-source.ts";
import { markOrigin, type Origin } from "./origin-mark.ts";
import { fetchFiles } from "./fetched-files.ts";
import type { FileClient } from "./file-client.ts";
import { followFiles } from "./followed-files.ts";
import { followOutput } from "./followed-output.ts";
import { dropFolder, sendFiles, type StayedHere } from "./sent-files.ts";
import { counted } from "../../errors/counted.ts";

export interface FilesSourceOptions {
  readonly client: FileClient;
  /** Where trials keep their files on this machine, in a folder each. */
  readonly folder: string;
  readonly note: (message: string) => void;
  /** How often trials' output is sent; their other files are a third as often. Default: 3 s. */
  readonly followMs?: number;
}

/**
 * Adds files to a source of trials. Before a trial begins, it fetches the files of an earlier
 * attempt, or of the trial that it goes on from; before its end is told, it sends its files.
 */
export function filesSource(
  source: WorkSource,
  { client, folder, note, followMs = 3000 }: FilesSourceOptions,
): WorkSource {
  /** The tasks that send files of running trials, by lease. */
  const followed = new Map<string, readonly { end(): Promise<void> }[]>();
  /**
   * Folders with copies of other trials' files, by the lease of the trial that goes on from them.
   */
  const copies = new Map<string, string>();
  const directoryOf = (number: number): string => join(folder, String(number));

  const begin = async (claimed: Claimed): Promise<void> => {
    const { number, lease, systemAttrs, hasFiles } = claimed;
    const from = systemAttrs[ATTRIBUTE.continueFrom] as number | undefined;
    const directory = directoryOf(number);
    let origin: Origin = {};
    if (hasFiles) {
      origin = await fetchFiles(client, claimed, number, directory);
      if (from !== undefined) {
        await fetchFiles(client, claimed, from, directoryOf(from));
        copies.set(lease, directoryOf(from));
      }
    }
    markOrigin(directory, { ...origin, lease });
    if (followed.has(lease)) return;
    followed.set(lease, [
      followOutput(client, claimed, directory, followMs),
      followFiles(client, claimed, directory, 3 * followMs),
    ]);
  };
  const send = async (held: HeldHere): Promise<StayedHere | undefined> => {
    const { number, lease } = held;
    await Promise.all((followed.get(lease) ?? []).map((one) => one.end()));
    followed.delete(lease);
    const stayed = await sendFiles(client, held, directoryOf(number));
    if (stayed) {
      note(
        `Trial ${number}: ${counted(stayed.files, "file")}, ${formatBytes(stayed.bytes)}, stay on this machine in ` +
          `${directoryOf(number)}: ${stayed.why}.`,
      );
    }
    return stayed;
  };
  const drop = ({ number, lease }: HeldHere, stayed: StayedHere | "here" | undefined): void => {
    const copy = copies.get(lease);
    copies.delete(lease);
    for (const directory of [copy, stayed ? undefined : directoryOf(number)]) {
      if (directory !== undefined) dropFolder(directory);
    }
  };
  return {
    ...source,
    claim: async (slot, signal) => {
      const claimed = await source.claim(slot, signal);
      if ("none" in claimed) return claimed;
      try {
        await begin(claimed);
        return claimed;
      } catch (error) {
        // Without its files it would train from the beginning, so it is handed back.
        await source.release(claimed);
        throw error;
      }
    },
    tell: async (held, news, told) => {
      const stayed = await send(held);
      const system = { ...told.system, [ATTRIBUTE.stayed]: { ...stayed, host: hostname() } };
      const answer = await source.tell(held, news, stayed ? { ...told, system } : told);
      if (answer !== "lost") drop(held, stayed);
      return answer;
    },
    release: async (held) => {
      await send(held);
      await source.release(held);
      // Its program may still be saving something here, so the folder is kept.
      drop(held, "here");
    },
  };
}
