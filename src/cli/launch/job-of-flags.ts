import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseBytes } from "../../system/byte-size.ts";
import { loadStudyFile } from "../../study-file/load-study-file.ts";
import { isLoopback } from "../../workers/listen-address.ts";
import { asUsage, UsageError } from "../usage-error.ts";
import { visibleLine } from "../visible.ts";
import { safeName } from "./safe-name.ts";
import { HANDING_BACK_SECONDS, type LaunchFlags, type WorkJob } from "./work-job.ts";

/**
 * @param words what more `hpo study work` is told
 * @param place where the workers run, if the command line has no say in it
 * @throws UsageError on what would start no worker
 */
export async function jobOfFlags(
  file: string,
  flags: LaunchFlags,
  words: readonly string[],
  place?: { readonly folder: string; readonly hpo: string },
): Promise<WorkJob> {
  const study = (await loadStudyFile(file)).definition.name;
  const name = safeName(study);
  const url = urlOf(study, flags);
  const folder = place?.folder ?? resolve(flags.folder ?? ".");
  const job: WorkJob = {
    study,
    name,
    file,
    url,
    folder,
    words,
    workers: flags.workers,
    gpus: flags.gpus,
    cpus: flags.cpus,
    bytes:
      flags.memory === undefined ? undefined : asUsage(() => parseBytes("--memory", flags.memory!)),
    graceSeconds: graceOf(flags),
    hpo: place?.hpo ?? flags.hpo ?? installedHpo(folder),
    tokenFile: flags.tokenFile ?? (isHere(url) ? undefined : "hpo-token"),
    notes: notesOf(study, name, url, flags),
  };
  for (const text of [file, url, folder, job.hpo, job.tokenFile ?? "", ...words]) {
    if (visibleLine(text) === text) continue;
    throw new UsageError(
      `hpo launch: "${visibleLine(text)}" has control characters, which scripts can't hold. Rename it.`,
    );
  }
  if (words.length > 0 && !words[0].startsWith("-")) {
    throw new UsageError(
      `hpo launch: ${words[0]} is no option of hpo study work. What follows -- goes to it.`,
    );
  }
  return job;
}

function graceOf({ grace }: LaunchFlags): number {
  const seconds = Math.floor(grace / 1000);
  if (seconds > HANDING_BACK_SECONDS) return seconds;
  throw new UsageError(
    `--grace ${seconds}s must be more than ${HANDING_BACK_SECONDS}s: so long a worker may take to hand ` +
      "its trials back.",
  );
}

function installedHpo(folder: string): string {
  const path = join(folder, "node_modules", ".bin", "hpo");
  return existsSync(path) ? path : "hpo";
}

const isHere = (url: string): boolean =>
  isLoopback({ host: new URL(url).hostname.replace(/^\[|\]$/g, ""), port: 0 });

function urlOf(study: string, { url, submit }: LaunchFlags): string {
  if (url === undefined) {
    if (!submit) return `https://HEAD:8443/${encodeURIComponent(study)}`;
    throw new UsageError("--submit needs --url URL, as hpo study serve prints it.");
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--url ${url}: give what hpo study serve prints, http://HOST:PORT/NAME.`);
  }
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "" || parsed.search !== "") {
    throw new UsageError("--url: every user of a machine can read it. Put the token into a file.");
  }
  const [served] = parsed.pathname.split("/").slice(-1);
  if (served !== encodeURIComponent(study)) {
    throw new UsageError(
      `--url ${url} serves study ${JSON.stringify(served)}, and the file's is ${JSON.stringify(study)}. ` +
        `End it with /${encodeURIComponent(study)}.`,
    );
  }
  return url;
}

function notesOf(study: string, name: string, url: string, flags: LaunchFlags): string[] {
  const place =
    flags.url === undefined
      ? `Without --url the workers are told ${url}: put the coordinator's there, as hpo study serve prints it.`
      : isHere(url)
        ? `${url} is each worker's own machine: on another one it finds no coordinator there.`
        : undefined;
  const called =
    name === `hpo-${study}`
      ? undefined
      : `Study ${JSON.stringify(study)} is called ${name} there: such names are a–z, 0–9 and dashes.`;
  return [place, called].filter((note) => note !== undefined);
}
