import { realpathSync } from "node:fs";
import { hostname } from "node:os";
import type { Provenance } from "../../contracts/provenance.ts";
import { packageVersion } from "../../system/package-version.ts";
import { gitState } from "./git-state.ts";
import { lockFiles } from "./lock-files.ts";

const found = new Map<string, Promise<Provenance>>();

/**
 * The provenance of trials that run from `folder`, found once per process: later changes in the
 * folder don't change modules that are loaded already. It never rejects; what can't be known is
 * left out.
 */
export function provenanceIn(folder: string): Promise<Provenance> {
  const known = found.get(folder) ?? find(folder);
  found.set(folder, known);
  return known;
}

async function find(folder: string): Promise<Provenance> {
  const place = realPath(folder);
  const git = await gitState(place);
  const locks = lockFiles(place, git?.top);
  return Object.freeze({
    host: hostname(),
    platform: `${process.platform}-${process.arch}`,
    ...(git && { commit: git.commit }),
    ...(git?.dirty !== undefined && { dirty: git.dirty }),
    ...(Object.keys(locks).length > 0 && { locks }),
    versions: { node: process.versions.node, hpo: packageVersion() },
  });
}

/** Resolves links, as git does for the top of a working tree: the two paths are compared. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
