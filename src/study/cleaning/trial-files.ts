import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { OWN_FOLDER } from "../../artifacts/trial-directory.ts";
import { OUTPUT_FILES } from "../../runner/output/output-file.ts";

/** A file that a trial keeps. */
export interface Artifact {
  /** Within the trial's folder. */
  readonly path: string;
  readonly bytes: number;
}

/** The files of a trial's folder but hpo's own, by path; no link is followed. */
export function filesIn(directory: string): Artifact[] {
  return pathsIn(directory)
    .flatMap((path) => {
      if (path.split(sep)[0] === OWN_FOLDER) return [];
      // A running trial may remove it meanwhile.
      const bytes = statSync(join(directory, path), { throwIfNoEntry: false })?.size;
      return bytes === undefined ? [] : [{ path, bytes }];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** From Node 22 on, `readdirSync` with `recursive` lists what links to folders lead to. */
function pathsIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return [entry.name];
    if (!entry.isDirectory()) return [];
    return pathsIn(join(directory, entry.name)).map((path) => join(entry.name, path));
  });
}

/** Whether a file holds a trial's output. */
export const isLog = ({ path }: Pick<Artifact, "path">): boolean =>
  Object.values(OUTPUT_FILES).some((name) => {
    const [stem, extension] = name.split(".");
    return new RegExp(`^${stem}(\\.\\d+)?\\.${extension}$`).test(path);
  });

/** Removes files of a trial's folder, the links that lead nowhere then, and the folders that are empty. */
export function removeFiles(directory: string, files: readonly Pick<Artifact, "path">[]): void {
  for (const { path } of files) rmSync(join(directory, path), { force: true });
  if (existsSync(directory)) removeEmpty(directory);
}

function removeEmpty(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) removeEmpty(path);
    // A link such as `last.ckpt`, whose target was removed.
    else if (entry.isSymbolicLink() && !existsSync(path)) rmSync(path, { force: true });
  }
  if (readdirSync(directory).length === 0) rmSync(directory, { recursive: true });
}
