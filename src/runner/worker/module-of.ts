import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { existingModule } from "./load-objective.ts";
import type { ObjectiveSource } from "./protocol.ts";

interface GivenModule {
  readonly module: URL | string;
  readonly exportName?: string;
}

/**
 * Finds an objective by a URL or a path, and an export's name, which may follow a #.
 * @throws HpoError if the module's file is missing.
 */
export function moduleOf({ module, exportName }: GivenModule): ObjectiveSource {
  const url =
    module instanceof URL
      ? new URL(module)
      : /^[a-z]{2,}:/i.test(module)
        ? new URL(module)
        : pathAndFragment(module);
  const fragment = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  return { module: existingModule(url.href), exportName: exportName ?? (fragment || undefined) };
}

function pathAndFragment(text: string): URL {
  const { path, exportName = "" } = fileAndExport(text);
  const url = pathToFileURL(path);
  url.hash = exportName;
  return url;
}

/** Splits `FILE` or `FILE#EXPORT`; the path itself may contain a #. */
export function fileAndExport(text: string): { path: string; exportName?: string } {
  if (existsSync(text)) return { path: text };
  const [, path, exportName] = /^(.*?)(?:#([^#/\\]*))?$/s.exec(text)!;
  return { path, exportName };
}
