import { foldersOf, movedFolders, newFolders } from "../artifacts/study-folders.ts";
import type { Pruner } from "../contracts/pruner.ts";
import { identityOf } from "../contracts/identity.ts";
import type { Storage, StudyRecord, Turn } from "../contracts/storage.ts";
import { takeTurn } from "../storage/take-turn.ts";
import { DuplicateStudyError } from "../errors/errors.ts";
import type { SearchSpace } from "../space/search-space.ts";
import type { TheoryProposal } from "../theory/study/proposal.ts";
import { resolvePrior, type Log } from "./prior/study-prior.ts";
import { storageOf, type StorageOption } from "./stored-study.ts";
import { strategyOrNamed } from "./strategy-registry.ts";
import { prunerOrNamed } from "../pruners/index.ts";
import { checkCall } from "./definition-fields.ts";
import {
  checkDefinition,
  checkMetrics,
  declaredMetrics,
  type ParamsFor,
  type StudyDefinition,
} from "./study-definition.ts";
import type { StudyParts } from "./study-state.ts";
import {
  sameVersion,
  versionChanges,
  versionsOf,
  versionsToJson,
  type StudyVersion,
} from "./study-version.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { announce } from "./study-internals.ts";
import { Study } from "./study.ts";
import { MAX_RESTARTS } from "./trial/lost-trial.ts";

const OPEN_OPTIONS = ["storage", "log", "loadIfExists"];

/** How the study of a definition is opened: where it is kept, and who hears of it. */
export interface OpenOptions extends StorageOption {
  /** Told what takes time before the study is open: what is measured for its prior. */
  readonly log?: Log;
}

/**
 * Opens the study of a definition: goes on with it where the storage has it, creates it otherwise.
 * @throws HpoError if the stored study has other metrics, or a parameter changed its kind.
 *
 * @example
 * ```ts
 * import { defineStudy, float, openStudy, searchSpace } from "hpo";
 *
 * const definition = defineStudy({
 *   name: "bowl",
 *   space: searchSpace({ x: float(-1, 1) }),
 *   objective: ({ params }) => params.x ** 2,
 * });
 * const study = await openStudy(definition, { storage: "sqlite:hpo.db" });
 * await study.optimize({ trials: 20 }); // twenty more at each run; { total: 20 }: twenty in all
 * ```
 */
export async function openStudy<Space extends SearchSpace | undefined>(
  definition: StudyDefinition<Space>,
  options: OpenOptions = {},
): Promise<Study<ParamsFor<Space>>> {
  const checked = definition as StudyDefinition;
  checkDefinition(checked);
  checkCall("openStudy", options, OPEN_OPTIONS);
  const storage = await storageOf(options, true);
  const found = await storage.findStudy(definition.name);
  // Another process may create it meanwhile: then go on with that one.
  if (!found) return createStudy(definition, { ...options, storage, loadIfExists: true });
  return resume(checked, storage, await withFolders(checked, storage, found), options.log);
}

/**
 * Creates a study.
 * @throws DuplicateStudyError if the name is taken and `loadIfExists` does not say to go on with it.
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 *
 * const space = searchSpace({ lr: float(1e-4, 1, { log: true }) });
 * const study = await createStudy({ name: "bowl", space, seed: 1 });
 * await study.optimize(({ params }) => (1 - params.lr) ** 2, { trials: 20 });
 * console.log(study.best.params.lr);
 * ```
 */
export async function createStudy<Space extends SearchSpace | undefined>(
  definition: StudyDefinition<Space>,
  options: OpenOptions & { readonly loadIfExists?: boolean } = {},
): Promise<Study<ParamsFor<Space>>> {
  const checked = definition as StudyDefinition;
  checkDefinition(checked);
  checkCall("createStudy", options, OPEN_OPTIONS);
  const storage = await storageOf(options, true);
  const { directions, metricNames } = declaredMetrics(checked);
  const { prior, notes } = await resolvePrior(checked, undefined, options.log);
  const version = versionOf(checked, prior);
  const systemAttrs = {
    [ATTRIBUTE.versions]: versionsToJson([version]),
    ...(metricNames && { [ATTRIBUTE.metricNames]: metricNames }),
    ...newFolders(storage, checked.name, checked.artifacts),
  };
  try {
    const record = await storage.createStudy({ name: checked.name, directions, systemAttrs });
    const study = new Study<ParamsFor<Space>>(partsOf(checked, storage, record, [version], false));
    announce(study, notes);
    return study;
  } catch (error) {
    if (!(error instanceof DuplicateStudyError)) throw error;
    if (options.loadIfExists) return openStudy(definition, { ...options, storage });
    const remedy = "Or go on with it: openStudy, or createStudy with loadIfExists: true.";
    throw new DuplicateStudyError(`${error.message} ${remedy}`, { cause: error });
  }
}

/** A definition may move where new trials keep their files. */
async function withFolders(
  { artifacts }: StudyDefinition,
  storage: Storage,
  record: StudyRecord,
): Promise<StudyRecord> {
  if (!movedFolders(storage, record, artifacts)) return record;
  // Workers on several machines may each name another place at once.
  const move = async (turn: Turn): Promise<StudyRecord> => {
    const now = await turn.study();
    const moved = movedFolders(storage, now, artifacts);
    if (!moved) return now;
    await turn.setAttributes({ system: moved });
    return { ...now, systemAttrs: { ...now.systemAttrs, ...moved } };
  };
  return takeTurn(() => storage.inTurn(record.id, move));
}

async function resume<P>(
  definition: StudyDefinition,
  storage: Storage,
  found: StudyRecord,
  log: Log | undefined,
): Promise<Study<P>> {
  checkDefinition(definition);
  // Another library left them unset: then they are what the definition says.
  const { directions } = found.directions.length === 0 ? declaredMetrics(definition) : found;
  const record = { ...found, directions };
  checkMetrics(definition, record);
  const stored = versionsOf(record.systemAttrs);
  const last = stored.at(-1);
  const { prior, notes } = await resolvePrior(definition, last, log);
  const now = versionOf(definition, prior);
  if (last && sameVersion(last, now)) {
    return new Study<P>(partsOf(definition, storage, record, stored, false));
  }
  const parts = partsOf(definition, storage, record, [...stored, now], true);
  const study = new Study<P>(parts);
  announce(study, last ? versionChanges(last, now, parts) : []);
  announce(study, notes);
  return study;
}

const versionOf = (definition: StudyDefinition, prior?: TheoryProposal): StudyVersion => ({
  seed: definition.seed ?? 0,
  strategy: identityOf(strategyOrNamed(definition.strategy)),
  pruner: identityOrNull(prunerOrNamed(definition.pruner)),
  ...(definition.space && { space: definition.space }),
  ...(definition.trials !== undefined && { trialBudget: definition.trials }),
  ...(definition.roles && { roles: definition.roles }),
  ...(prior && { prior }),
});

const identityOrNull = (pruner: Pruner | undefined) => (pruner ? identityOf(pruner) : null);

const partsOf = (
  definition: StudyDefinition,
  storage: Storage,
  record: StudyRecord,
  versions: readonly StudyVersion[],
  isNewVersion: boolean,
): StudyParts => ({
  storage,
  record,
  versions,
  isNewVersion,
  metricNames: declaredMetrics(definition).metricNames,
  strategy: strategyOrNamed(definition.strategy),
  pruner: prunerOrNamed(definition.pruner),
  repeats: definition.repeats,
  maxRestarts: definition.maxRestarts ?? MAX_RESTARTS,
  lostTrials: definition.lostTrials ?? "restart",
  folders: foldersOf(storage, record),
  defaults: definition,
});
