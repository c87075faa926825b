import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { didYouMean } from "../did-you-mean.ts";
import { HpoError } from "../errors.ts";
import { importModule } from "../runner/load-objective.ts";
import { checkDefinition, type StudyDefinition } from "../study-definition.ts";

/** A study file, as `FILE` or `FILE#export`. */
export interface StudyFile {
  readonly url: URL;
  readonly exportName: string;
  readonly definition: StudyDefinition;
}

/** What `hpo study run` remembers of the file, so that `resume` finds it. */
export interface StudySource {
  readonly url: string;
  readonly exportName: string;
}

/** Whether an argument means a file rather than a study's name. */
export const isStudyFile = (text: string): boolean => /\.([cm]?[jt]s|ya?ml|json)(#.*)?$/.test(text);

/**
 * Imports a study file.
 * @throws HpoError if there is no file, no such export, or the export is no study definition.
 */
export async function loadStudyFile(text: string): Promise<StudyFile> {
  const [path, named] = text.split("#", 2);
  const full = resolve(path);
  if (!existsSync(full)) {
    throw new HpoError(`There is no file ${path}. Give the study file's path, or hpo init ts for one.`);
  }
  const url = pathToFileURL(full);
  const module = await importModule(url.href);
  const studies = Object.keys(module).filter((name) => isDefinition(module[name]));
  const exportName = named ?? (studies.includes("default") ? "default" : onlyOne(path, studies));
  if (!studies.includes(exportName)) {
    throw new HpoError(
      `${path} exports no study "${exportName}". ${studies.length > 0 ? didYouMean(exportName, studies) : "Export what defineStudy gives."}`,
    );
  }
  const definition = module[exportName] as StudyDefinition;
  checkDefinition(definition);
  return { url, exportName, definition };
}

const isDefinition = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "name" in value && "objective" in value;

function onlyOne(path: string, studies: readonly string[]): string {
  if (studies.length === 1) return studies[0];
  throw new HpoError(
    studies.length === 0
      ? `${path} exports no study. Export what defineStudy gives, as its default.`
      : `${path} exports several studies. Name one: ${studies.map((name) => `${path}#${name}`).join(", ")}.`,
  );
}
