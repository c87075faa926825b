import { existsSync, rmSync } from "node:fs";
import { copyFile, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { OWN_FOLDER } from "../../artifacts/trial-directory.ts";
import { HpoError } from "../../errors/errors.ts";
import { hashOfFile } from "./file-hash-of.ts";
import type { Received, SentPart } from "./file-protocol.ts";

/** What identifies a file's content. */
export interface Content {
  readonly bytes: number;
  readonly sha256: string;
}

export const contentKey = ({ bytes, sha256 }: Content): string => `${sha256}-${bytes}`;

/** The files that are arriving for a trial, as drafts in hpo's own folder within the trial's. */
export function incomingFiles(directory: string) {
  const folder = join(directory, OWN_FOLDER, "incoming");
  const draftOf = (content: Content): string => join(folder, contentKey(content));

  return {
    /** How many bytes have arrived; "all" if the file is complete and its hash is right. */
    async have(content: Content): Promise<number | "all"> {
      const draft = draftOf(content);
      const have = await sizeOf(draft);
      if (have === undefined) return 0;
      if (have < content.bytes) return have;
      if (have === content.bytes && (await hashOfFile(draft)) === content.sha256) return "all";
      await rm(draft, { force: true });
      return 0;
    },

    /** @throws HpoError where more comes than the file has */
    async receive({ bytes, sha256, from, part }: SentPart): Promise<Received> {
      const draft = draftOf({ bytes, sha256 });
      await mkdir(folder, { recursive: true });
      const have = (await sizeOf(draft)) ?? 0;
      if (have !== from) return { kind: "part", have };
      if (from + part.length > bytes) {
        throw new HpoError(`More of a file came than its ${bytes} bytes. Send it anew.`);
      }
      const file = await open(draft, "a");
      try {
        await file.write(part);
        // A file acknowledged as whole must outlive a power cut, as the worker then deletes its
        // own.
        if (from + part.length === bytes) await file.sync();
      } finally {
        await file.close();
      }
      const isBroken = from + part.length === bytes && (await hashOfFile(draft)) !== sha256;
      if (isBroken) await rm(draft, { force: true });
      return { kind: "part", have: isBroken ? 0 : from + part.length };
    },

    /** Moves complete files to their places. */
    async place(files: readonly (Content & { readonly place: string })[]): Promise<void> {
      const keys = files.map(contentKey);
      for (const [index, file] of files.entries()) {
        const isLast = keys.lastIndexOf(keys[index]) === index;
        // Several files may have the same content.
        if (isLast) await rename(draftOf(file), file.place);
        else await copyFile(draftOf(file), file.place);
      }
    },

    clear(): void {
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A file's size; undefined if there is no such file. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}
