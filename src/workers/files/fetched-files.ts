import { createWriteStream, readFileSync } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { OWN_FOLDER } from "../../artifacts/trial-directory.ts";
import { HpoError } from "../../errors/errors.ts";
import { filesIn, removeFiles } from "../../study/cleaning/trial-files.ts";
import type { HeldHere } from "../work-source.ts";
import { originOf, type Origin } from "./origin-mark.ts";
import type { FileClient } from "./file-client.ts";
import { COORDINATOR_MARK, type FilesThere } from "./file-store.ts";
import { hashOfFile } from "./file-hash-of.ts";
import { placeFor } from "./stored-path.ts";

const TRIES = 3;

/**
 * Fetches the files of a trial from the coordinator, unless those here are as new or newer.
 * @returns as `base`, the lease under which the coordinator got its files
 * @throws HpoError if a file does not arrive intact
 */
export async function fetchFiles(
  client: FileClient,
  held: HeldHere,
  of: number,
  directory: string,
): Promise<Origin> {
  const there = await client.list(held, of);
  if (!there || there.files.length === 0) return {};
  const here = filesIn(directory);
  const { lease, base } = originOf(directory);
  const isAfter = there.lease === lease || there.lease === base;
  if (here.length === 0 || !isAfter) {
    // The files here are of an older attempt, which another worker has gone on from.
    removeFiles(directory, here);
    for (const file of there.files) await fetchFile(client, held, of, directory, file);
  }
  return { base: there.lease };
}

async function fetchFile(
  client: FileClient,
  held: HeldHere,
  of: number,
  directory: string,
  { path, bytes, sha256 }: FilesThere["files"][number],
): Promise<void> {
  const place = await placeFor(directory, path);
  const folder = join(directory, OWN_FOLDER, "incoming");
  const draft = join(folder, `${sha256}-${bytes}`);
  await mkdir(folder, { recursive: true });
  for (let tries = 0; tries < TRIES;) {
    const from = (await stat(draft).catch(() => undefined))?.size ?? 0;
    if (from < bytes) {
      const answer = await client.read(held, of, path, from);
      if (!answer) return;
      const body = answer.body ? Readable.fromWeb(answer.body as never) : Readable.from([]);
      const cut = await pipeline(body, createWriteStream(draft, { flags: "a" })).then(
        () => false,
        () => true,
      );
      if (cut) {
        // The connection was lost: the next request asks for the rest.
        const isFurther = ((await stat(draft).catch(() => undefined))?.size ?? 0) > from;
        if (!isFurther) tries++;
        continue;
      }
    } else if (bytes === 0) await pipeline(Readable.from([]), createWriteStream(draft));
    if ((await hashOfFile(draft)) === sha256) return rename(draft, place);
    await rm(draft, { force: true });
    tries++;
  }
  throw new HpoError(
    `${JSON.stringify(path)} of trial ${of} does not arrive as the coordinator has it. See the line between them.`,
  );
}

/**
 * Whether a folder is the coordinator's own, on a shared disk.
 * @param id the id of its file store
 */
export function isSameFolder(folder: string, id: string): boolean {
  try {
    return readFileSync(join(folder, COORDINATOR_MARK), "utf8").split("\n").includes(id);
  } catch {
    return false;
  }
}
