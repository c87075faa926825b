import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** What pins the versions of packages, each read where it is nearest to the study. */
const NAMES = [
  ...["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"],
  ...["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.txt"],
  ...["pixi.lock", "conda-lock.yml", "environment.yml"],
];
const LARGEST_BYTES = 64 * 2 ** 20;

/** SHA-256 by name, from the folder upwards to `top`; of the folder alone without one. */
export function lockFiles(folder: string, top = folder): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let place = folder; ; place = dirname(place)) {
    for (const name of NAMES) {
      const hash = name in found ? undefined : hashOf(join(place, name));
      if (hash !== undefined) found[name] = hash;
    }
    if (place === top || place === dirname(place)) return found;
  }
}

function hashOf(path: string): string | undefined {
  try {
    const { size } = statSync(path);
    if (!statSync(path).isFile() || size > LARGEST_BYTES) return undefined;
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    // It is not there, or not for this user to read: then it pins nothing here.
    return undefined;
  }
}
