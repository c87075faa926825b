import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { CappedMap } from "../../system/capped-map.ts";

/**
 * Only of a file this old is a later write sure to change the time, so that its hash may be kept.
 */
const SETTLED_MS = 2000;
/** Known hashes by device, inode, size and time of writing, which change with a file's content. */
const known = new CappedMap<string, string>(10_000);

/** SHA-256 of a file of any size, hexadecimal. One that has not changed since is not read again. */
export async function hashOfFile(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, mtimeMs } = await stat(path, { bigint: true });
  const key = [dev, ino, size, mtimeNs].join(":");
  const before = known.get(key);
  if (before !== undefined) return before;
  const isSettled = Date.now() - Number(mtimeMs) > SETTLED_MS;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const found = hash.digest("hex");
  if (isSettled) known.put(key, found);
  return found;
}
