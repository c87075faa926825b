import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { HpoError } from "../errors/errors.ts";

/** In a study's folder: the key of the study whose trials' files it holds. */
export const STUDY_MARK = ".hpo-study";

/**
 * The folder of a study's trials at this place: another one, beside it, where an earlier study of the same
 * name has that. One without a mark is taken for the study's own.
 */
export const ownPlace = (place: string, key: string): string =>
  firstOf(place, (folder) => {
    const mark = markOf(folder);
    return mark === undefined || mark === key;
  });

/** Makes the folder, and marks it. @throws HpoError if it can't be written */
export function markPlace(folder: string, key: string): void {
  if (markOf(folder) === key) return;
  try {
    mkdirSync(folder, { recursive: true });
    writeNew(join(folder, STUDY_MARK), key);
  } catch (error) {
    // Another process of this machine may have done it just now.
    if (markOf(folder) === key) return;
    throw new HpoError(
      `The folder of the study's trials, ${folder}, can't be written: ${(error as Error).message}. ` +
        "Make room, or name another place as its artifacts.",
      { cause: error },
    );
  }
}

/** Whole or not at all, also on a full disk. @throws if the file is there, or can't be written */
function writeNew(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    linkSync(draft, path);
  } catch (error) {
    // Some file systems know no links.
    if (!/^(EPERM|ENOTSUP|ENOSYS|EOPNOTSUPP|EMLINK)$/.test((error as NodeJS.ErrnoException).code!))
      throw error;
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * The folder where a worker keeps files of trials of a study elsewhere, made and marked: nothing in it is of
 * another study, whoever used this place before.
 */
export function workerPlace(place: string, key: string): string {
  for (;;) {
    const known = firstOf(place, (folder) => {
      const mark = markOf(folder);
      return mark === key || (mark === undefined && isEmpty(folder));
    });
    try {
      markPlace(known, key);
      return known;
    } catch (error) {
      // Taken meanwhile by a worker of another study.
      const mark = markOf(known);
      if (mark === undefined || mark === "") throw error;
    }
  }
}

/** `place`, `place~2`, `place~3`, …: the first that will do. */
function firstOf(place: string, willDo: (folder: string) => boolean): string {
  for (let count = 1; ; count++) {
    const folder = count === 1 ? place : `${place}~${count}`;
    if (willDo(folder)) return folder;
  }
}

function markOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, STUDY_MARK), "utf8");
  } catch {
    return undefined;
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return true;
  }
}
