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

export interface FilesSourceOptions {
  readonly client: FileClient;
  /** Where trials keep their files on this machine, in a folder each. */
  readonly folder: string;
  readonly note: (message: string) => void;
  /** How often what trials print is sent, and a third as often what else they keep. Default: 3 s. */
  readonly followMs?: number;
}

/**
 * A source whose trials have their files wherever they run: what an earlier attempt kept, or the trial that one
 * goes on from, is here before it begins; what it keeps is at the coordinator before that takes its end.
 */
export function filesSource(
  source: WorkSource,
  { client, folder, note, followMs = 3000 }: FilesSourceOptions,
): WorkSource {
  /** What is sent of running trials, by lease. */
  const followed = new Map<string, readonly { end(): Promise<void> }[]>();
  /** Copies of what other trials keep, by the lease of the one that goes on from them. */
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
        `Trial ${number}: ${stayed.files} file(s), ${formatBytes(stayed.bytes)}, stay on this machine in ` +
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
        // Without them it would begin anew, or go on from nothing.
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
      // Its program may still save something here.
      drop(held, "here");
    },
  };
}
