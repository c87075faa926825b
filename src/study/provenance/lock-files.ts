import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files that pin the versions of packages; of each name the one nearest to the study is read. */
const NAMES = [
  ...["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"],
  ...["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.txt"],
  ...["pixi.lock", "conda-lock.yml", "environment.yml"],
];
const LARGEST_BYTES = 64 * 2 ** 20;

/** SHA-256 by name, from `folder` upwards to `top`; without `top`, of `folder` alone. */
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
    // There is no such file, or this user can't read it.
    return undefined;
  }
}
