import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { HpoError } from "../errors/errors.ts";

/** Within a trial's folder: what hpo tells its program. None of it is the trial's to keep. */
export const OWN_FOLDER = ".hpo";

/** Makes the folder if it is not there. @throws HpoError if it can't be made */
export function madeDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return path;
  } catch (error) {
    throw new HpoError(
      `The trial's folder ${path} can't be made: ${(error as Error).message}. ` +
        "Make room, or name another place as the study's artifacts.",
      { cause: error },
    );
  }
}

/**
 * Keeps a file in a trial's folder: `data` under the name `given`, or, without data, a copy of the
 * file or folder at the path `given`. A file is there whole or not at all.
 * @param directory the trial's folder; made if need be
 * @returns the path of what was kept
 * @throws HpoError if the name leads out of the folder, or it can't be written
 */
export function keepArtifact(
  directory: string,
  given: string,
  data: string | Uint8Array | undefined,
): string {
  const name = normalize(data === undefined ? basename(given) : given);
  if (name === "" || name === "." || isAbsolute(name) || name.split(/[\\/]/)[0] === "..") {
    throw new HpoError(
      `saveArtifact: ${JSON.stringify(given)} is no name within the trial's folder. ` +
        'Give one such as "model.json" or "plots/loss.svg".',
    );
  }
  const path = join(directory, name);
  if (data === undefined && !existsSync(given)) {
    throw new HpoError(
      `saveArtifact: there is no file ${given}. Write it first, or give its data as well.`,
    );
  }
  madeDirectory(dirname(path));
  try {
    if (data === undefined) cpSync(given, path, { recursive: true });
    else {
      const partial = `${path}.partial`;
      writeFileSync(partial, data);
      renameSync(partial, path);
    }
  } catch (error) {
    throw new HpoError(
      `saveArtifact: ${path} can't be written: ${(error as Error).message}. Make room, or choose another name.`,
      { cause: error },
    );
  }
  return path;
}
