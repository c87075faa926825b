import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { folderName } from "../../artifacts/study-folders.ts";
import { workerPlace } from "../../artifacts/study-mark.ts";
import { loadStudyFile, sourceFolder, type StudyFile } from "../../study-file/load-study-file.ts";
import { provenanceIn } from "../../study/provenance/find-provenance.ts";
import { checkSameStudy, definitionFacts } from "../../workers/definition-facts.ts";
import { fileDifference, fileHash } from "../../workers/file-hash.ts";
import { isSameFolder } from "../../workers/files/fetched-files.ts";
import { fileClient } from "../../workers/files/file-client.ts";
import { filesSource } from "../../workers/files/files-source.ts";
import { httpSource } from "../../workers/http-source.ts";
import { RemoteStudy } from "../../workers/remote-study.ts";
import { tokenOfEnvironment } from "../../workers/tokens/tokens.ts";
import { goOnWithoutReader } from "../closed-output.ts";
import { warn } from "../output.ts";
import { UsageError } from "../usage-error.ts";
import { drainOnSignals, endIfDrained, type Drain } from "./drain.ts";
import { workDirectly } from "./work-directly.ts";
import { onAbort, workAndTell } from "./work-through.ts";
import type { WorkFlags } from "./work-flags.ts";

/** @throws UsageError on a flag that its coordinator is told */
function refuseCoordinatorFlags({ lease, trials }: WorkFlags): void {
  const flag = lease !== undefined ? "--lease" : "--trials";
  if (lease === undefined && trials === undefined) return;
  throw new UsageError(
    `${flag} is for workers on a database. For those of a coordinator it is said to hpo study serve.`,
  );
}

/** Runs trials of a study that is elsewhere. @returns the exit code */
export async function workOn(place: string, flags: WorkFlags): Promise<number> {
  goOnWithoutReader();
  if (!isStorage(place)) {
    checkCoordinatorUrl(place);
    refuseCoordinatorFlags(flags);
  }
  const file = await loadStudyFile(fileOf(flags));
  const drain = drainOnSignals(warn, flags.drain);
  try {
    await (isStorage(place) ? workDirectly : workForCoordinator)(place, file, flags, drain);
  } catch (error) {
    if (!drain.stopping.aborted) throw error;
    if ((error as Error).name !== "AbortError") warn((error as Error).message);
  }
  await endIfDrained(drain);
  return 0;
}

async function workForCoordinator(
  place: string,
  file: StudyFile,
  flags: WorkFlags,
  drain: Drain,
): Promise<void> {
  const access = { url: new URL(place), token: tokenOfEnvironment(), note: warn };
  const direct = httpSource(access);
  const { definition } = file;
  const served = await direct.facts(drain.stopping);
  checkSameStudy(definitionFacts(definition, file.command), served.definition, flags.file!);
  const hash = fileHash(flags.file!);
  const difference = fileDifference("The coordinator", served.fileHash, hash);
  if (difference !== undefined) warn(difference);
  const root = resolve(flags.artifacts ?? definition.artifacts ?? "hpo-trials");
  const folder = workerPlace(join(root, folderName(definition.name)), served.key);
  const source =
    served.files === undefined || isSameFolder(folder, served.files)
      ? direct
      : filesSource(direct, { client: fileClient(access), folder, note: warn });
  const study = new RemoteStudy({
    source,
    definition,
    folder,
    note: warn,
    beatMs: served.beatMs,
    provenance: await provenanceIn(sourceFolder(file.source)),
    file: hash,
  });
  try {
    await Promise.race([study.tellLeft(), aborted(drain.stopping)]);
    await workAndTell(study, file, flags, drain);
  } finally {
    await study.close();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => onAbort(signal, resolve));

function fileOf({ file }: WorkFlags): string {
  if (file === undefined) {
    throw new UsageError(
      "hpo study work: give the study file of this machine, --file study.ts. A worker runs its own " +
        "copy, and never code from elsewhere.",
    );
  }
  return file;
}

const isStorage = (place: string): boolean => /^(postgres|sqlite)[a-z0-9+]*:/.test(place);

/** @throws UsageError unless it names a study of a coordinator */
function checkCoordinatorUrl(place: string): void {
  if (/^https?:\/\//.test(place) && URL.canParse(place) && new URL(place).pathname !== "/") return;
  const isFile = existsSync(place) ? " A file is run by hpo study run." : "";
  throw new UsageError(
    `hpo study work ${place}: give the URL that hpo study serve prints, http://HOST:PORT/NAME, or a database's, postgres://HOST/DATABASE.${isFile}`,
  );
}
