import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";
import { readText } from "../system/text-file.ts";
import { importModule } from "../runner/worker/load-objective.ts";
import { fileAndExport } from "../runner/worker/module-of.ts";
import type { DeviceOptions } from "../runner/devices/options.ts";
import { trialOptionsOver, type TrialOptions } from "../runner/trial-options.ts";
import type { Lease } from "../contracts/lease.ts";
import type { Runner } from "../contracts/runner.ts";
import { checkDefinition, type StudyDefinition } from "../study/study-definition.ts";
import type { CommandStudy, TrialCommand } from "./study-yaml.ts";

/** A study file, as `FILE` or `FILE#export`. */
export interface StudyFile {
  readonly definition: StudyDefinition;
  readonly source: StudySource;
  /** What in the file is likely meant otherwise. */
  readonly doubts: readonly string[];
  /** Of a command: how a trial is run, with what added to the environment, and its metric. */
  readonly command?: TrialCommand;
  /** Runs its objective: a module's in threads or processes, a command as processes. */
  makeRunner(workers: number, leases?: readonly Lease[], options?: TrialOptions): Promise<Runner>;
}

/** What `hpo study run` remembers, so that `resume` finds the objective: a file, or a study file's text. */
export type StudySource =
  | { readonly url: string; readonly exportName?: string }
  | { readonly yaml: string; readonly folder: string };

/**
 * Imports a study file.
 * @param devices go over a command's own, for its probe
 * @throws HpoError if there is no file, no such export, or what it declares is no study.
 */
export async function loadStudyFile(text: string, devices: DeviceOptions = {}): Promise<StudyFile> {
  const { path, exportName } = fileAndExport(text);
  if (path.trim() === "" || !existsSync(resolve(path))) {
    throw new HpoError(
      `There is no file ${path.trim() === "" ? shown(path) : path}. Give a study file's path; hpo init ts writes one.`,
    );
  }
  if (statSync(resolve(path)).isDirectory()) {
    throw new HpoError(`${path} is a folder. Give the path of a study file in it.`);
  }
  if (!/\.([cm]?[jt]sx?|ya?ml|json)$/.test(path)) {
    throw new HpoError(
      `${path} is no study file: its name ends by none of .ts, .js, .yaml and .json. A program is tuned by ` +
        "hpo tune, or by a study file with its command; hpo init python writes one.",
    );
  }
  return /\.(ya?ml|json)$/.test(path)
    ? loadCommandStudy(path, devices)
    : loadModule(path, exportName);
}

async function loadCommandStudy(path: string, devices: DeviceOptions): Promise<StudyFile> {
  const { loadStudyYaml } = await import("./study-yaml.ts");
  const study = await loadStudyYaml(path, devices);
  return commandFile(study, { url: pathToFileURL(resolve(path)).href });
}

/** A study that stands in no file. @param folder where its command runs @throws HpoError if it is wrong */
export async function loadStudyText(
  yaml: string,
  folder: string,
  devices: DeviceOptions = {},
): Promise<StudyFile> {
  const { studyOfText } = await import("./study-yaml.ts");
  const study = await studyOfText({ text: yaml, folder }, devices);
  return commandFile(study, { yaml, folder });
}

const commandFile = ({ makeRunner, ...study }: CommandStudy, source: StudySource): StudyFile => ({
  ...study,
  source,
  makeRunner: async (workers, leases, options) => makeRunner(workers, leases, options),
});

/** What `hpo study run` started, again. @throws HpoError if its file is gone or wrong */
export async function loadSource(source: StudySource, devices: DeviceOptions): Promise<StudyFile> {
  if ("yaml" in source) return loadStudyText(source.yaml, source.folder, devices);
  const named = source.exportName === undefined ? "" : `#${source.exportName}`;
  return loadStudyFile(`${fileURLToPath(source.url)}${named}`, devices);
}

async function loadModule(path: string, named: string | undefined): Promise<StudyFile> {
  const url = pathToFileURL(resolve(path));
  checkEncoding(path);
  const module = await importModule(url.href);
  const studies = Object.keys(module).filter((name) => isDefinition(module[name]));
  const exportName = named ?? (studies.includes("default") ? "default" : onlyOne(path, studies));
  if (!studies.includes(exportName)) {
    const known = studies.length > 0 ? didYouMean(exportName, studies) : "";
    throw new HpoError(
      `${path} exports no study ${JSON.stringify(exportName)}. ${known || "Export what defineStudy gives."}`,
    );
  }
  const definition = module[exportName] as StudyDefinition;
  checkDefinition(definition);
  return {
    definition,
    doubts: [],
    source: { url: url.href, exportName },
    async makeRunner(workers, leases, options = {}) {
      const { moduleRunner } = await import("../runner/module-runner.ts");
      const trialOptions = trialOptionsOver(options, {});
      return moduleRunner({ ...trialOptions, module: url, exportName, workers, leases });
    },
  };
}

/** Node reads a module in another encoding as something else. @throws HpoError */
function checkEncoding(path: string): void {
  try {
    readText(path);
  } catch (error) {
    // What else is wrong with it, the import tells.
    if (error instanceof HpoError) throw error;
  }
}

const isDefinition = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "name" in value && "objective" in value;

function onlyOne(path: string, studies: readonly string[]): string {
  if (studies.length === 1) return studies[0];
  throw new HpoError(
    studies.length === 0
      ? `${path} exports no study. Export what defineStudy gives, as its default.`
      : `${path} exports several studies. Name one: ` +
          `${studies.map((name) => `${path}#${name}`).join(", ")}.`,
  );
}

/** The folder of a study's source: where its trials run from. */
export const sourceFolder = (source: StudySource): string =>
  "folder" in source ? source.folder : dirname(fileURLToPath(source.url));
