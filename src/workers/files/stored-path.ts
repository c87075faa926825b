import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OWN_FOLDER } from "../../artifacts/trial-directory.ts";
import { HpoError } from "../../errors/errors.ts";

const LONGEST_PATH = 1024;
const LONGEST_PART = 255;
/** Characters that Windows takes for a folder, a drive or a stream. */
const OF_WINDOWS = /[\\:]/;

/**
 * Splits the path of a file within a trial's folder, as another machine gives it.
 * @throws HpoError on one that leads out of the folder, into what is hpo's own there, or nowhere
 */
export function pathParts(path: string): readonly string[] {
  const parts = path.split("/");
  const isPart = (part: string): boolean =>
    part !== "" &&
    part !== "." &&
    part !== ".." &&
    !part.includes("\0") &&
    Buffer.byteLength(part) <= LONGEST_PART &&
    !(process.platform === "win32" && OF_WINDOWS.test(part));
  const isOwn = parts[0].toLowerCase() === OWN_FOLDER;
  if (parts.every(isPart) && !isOwn && Buffer.byteLength(path) <= LONGEST_PATH) return parts;
  throw new HpoError(
    `${JSON.stringify(path)} is no file's path within a trial's folder. Give one such as checkpoints/model.pt.`,
  );
}

/**
 * Makes the folders above a trial's file.
 * @returns its path
 * @throws HpoError where one of them is a link, which could lead anywhere, or a file
 */
export async function placeFor(directory: string, path: string): Promise<string> {
  const parts = pathParts(path);
  let place = directory;
  await mkdir(place, { recursive: true });
  for (const part of parts.slice(0, -1)) {
    place = join(place, part);
    await mkdir(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (!(await lstat(place)).isDirectory()) {
      throw new HpoError(
        `${JSON.stringify(path)}: ${part} is no folder there. Rename one of the two.`,
      );
    }
  }
  const full = join(place, parts[parts.length - 1]);
  const found = await lstat(full).catch(() => undefined);
  if (found && !found.isFile()) {
    throw new HpoError(
      `${JSON.stringify(path)} is a folder or a link there. Rename one of the two.`,
    );
  }
  return full;
}
