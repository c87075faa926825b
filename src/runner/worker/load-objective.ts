import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HpoError } from "../../errors/errors.ts";
import { importError } from "./import-error.ts";
import type { Objective } from "../../contracts/objective.ts";

type Module = Readonly<Record<string, unknown>>;

/**
 * Imports a user's module: TypeScript by jiti, so that any Node runs it; anything else natively.
 * @throws HpoError if there is no such file; else what the module itself throws.
 */
export async function importModule(given: string): Promise<Module> {
  const url = existingModule(given);
  try {
    if (!/\.[cm]?tsx?$/.test(new URL(url).pathname)) return (await import(url)) as Module;
    // Loaded only if needed, as it slows a worker's start.
    const { importTypeScript } = await import("./import-typescript.ts");
    return await importTypeScript<Module>(fileURLToPath(url));
  } catch (error) {
    throw importError(error, url.startsWith("file:") ? fileURLToPath(url) : url);
  }
}

/**
 * The module's URL with links resolved, so that its packages are found beside the real file, as
 * Node does. Compilers don't change `new URL("./objective.ts", import.meta.url)`, so if the
 * TypeScript file is missing, the compiled .js beside it is used.
 * @throws HpoError if `url` is a file's and the file is missing.
 */
export function existingModule(url: string): string {
  if (!url.startsWith("file:")) return url;
  const compiled = url.replace(/\.([cm]?)ts$/, ".$1js");
  const path = [url, compiled].map((one) => fileURLToPath(one)).find((one) => existsSync(one));
  if (path !== undefined) return pathToFileURL(realpathSync(path)).href;
  throw new HpoError(
    `The objective's module ${fileURLToPath(url)} does not exist. Give its place as ` +
      'new URL("./objective.ts", import.meta.url), or correct the path.',
  );
}

/**
 * The objective that a module exports: a function, or a study definition with an `objective`.
 * @throws HpoError, listing the module's exports, if there is none under this name.
 */
export function objectiveOf(module: Module, url: string, exportName = "default"): Objective {
  const names = Object.keys(module).filter((name) => name !== "__esModule");
  if (!names.includes(exportName)) {
    const listed = names.length > 0 ? `It exports ${names.join(", ")}.` : "It exports nothing.";
    throw new HpoError(
      exportName === "default"
        ? `${url} has no default export. ${listed} Export the objective as default, or name an export: ${url}#name.`
        : `${url} has no export "${exportName}". ${listed} Name one of its exports.`,
    );
  }
  const exported = module[exportName];
  if (typeof exported === "function") return exported as Objective;
  if (typeof exported === "object" && exported !== null && "objective" in exported) {
    const definition = exported as { objective: Objective };
    if (typeof definition.objective === "function") return (trial) => definition.objective(trial);
  }
  throw new HpoError(
    `The ${exportName === "default" ? "default export" : `export "${exportName}"`} of ${url} is ` +
      `${describe(exported)}, no objective. Export a function of the trial, or a study definition with an objective.`,
  );
}

const describe = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
