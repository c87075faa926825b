import { strategies } from "../../strategies/index.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { DuplicateStudyError, HpoError, StudyNotFoundError } from "../errors/errors.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { SearchSpace } from "../space/search-space.ts";
import { spaceChanges } from "../space/space-changes.ts";
import { memoryStorage } from "../storage/memory.ts";
import { openStorage } from "../storage/open-storage.ts";
import {
  ATTRIBUTE,
  type Storage,
  type StudyRecord,
  type StudySummary,
} from "../contracts/storage.ts";
import type { Strategy, StrategyIdentity } from "../contracts/strategy.ts";
import { Study } from "./study.ts";
import type { StudyParts } from "./study-state.ts";
import { priorChanges, resolvePrior, type Log } from "./prior/study-prior.ts";
import {
  checkDefinition,
  metricsOf,
  type ParamsFor,
  type StudyDefinition,
} from "./study-definition.ts";
import { foldersOf, keptFolders, movedFolders, newFolders } from "../artifacts/study-folders.ts";
import {
  identityOf,
  sameVersion,
  versionsOf,
  VERSIONS_ATTRIBUTE,
  versionsToJson,
  type StudyVersion,
} from "./study-version.ts";
import type { TheoryProposal } from "../theory/study/proposal.ts";

/** How often a trial whose process died is started again, if its study does not say. */
const MAX_RESTARTS = 3;

export interface StorageOption {
  /** An open storage, or its URL: `sqlite:hpo.db`, `memory:`. In memory if left out. */
  readonly storage?: Storage | string;
}

export interface OpenOptions extends StorageOption {
  /** Told what takes time before the study is open: what is measured for its prior. */
  readonly log?: Log;
}

/**
 * Opens the study of a definition: goes on with it where the storage has it, creates it otherwise.
 * @throws HpoError if the stored study has other metrics, or a parameter changed its kind.
 */
export async function openStudy<Space extends SearchSpace | undefined>(
  definition: StudyDefinition<Space>,
  options: OpenOptions = {},
): Promise<Study<ParamsFor<Space>>> {
  const storage = await storageOf(options);
  const found = await storage.findStudy(definition.name);
  // Another process may create it meanwhile: then go on with that one.
  if (!found) return createStudy(definition, { ...options, storage, loadIfExists: true });
  const checked = definition as StudyDefinition;
  return resume(checked, storage, await withFolders(checked, storage, found), options.log);
}

/**
 * Creates a study.
 * @throws DuplicateStudyError if the name is taken and `loadIfExists` does not say to go on with it.
 */
export async function createStudy<Space extends SearchSpace | undefined>(
  definition: StudyDefinition<Space>,
  options: OpenOptions & { readonly loadIfExists?: boolean } = {},
): Promise<Study<ParamsFor<Space>>> {
  const checked = definition as StudyDefinition;
  checkDefinition(checked);
  const storage = await storageOf(options);
  const { directions, metricNames } = metricsOf(checked);
  const { prior, notes } = await resolvePrior(checked, undefined, options.log);
  const version = versionOf(checked, prior);
  const systemAttrs = {
    [VERSIONS_ATTRIBUTE]: versionsToJson([version]),
    ...(metricNames && { [ATTRIBUTE.metricNames]: metricNames }),
    ...newFolders(storage, checked.name, checked.artifacts),
  };
  try {
    const record = await storage.createStudy({ name: checked.name, directions, systemAttrs });
    const study = new Study<ParamsFor<Space>>(partsOf(checked, storage, record, [version], false));
    for (const note of notes) study.note(note);
    return study;
  } catch (error) {
    if (!(error instanceof DuplicateStudyError && options.loadIfExists)) throw error;
    return openStudy(definition, { ...options, storage });
  }
}

/** A definition may move where new trials keep their files. */
async function withFolders(
  { artifacts }: StudyDefinition,
  storage: Storage,
  record: StudyRecord,
): Promise<StudyRecord> {
  const moved = movedFolders(storage, record, artifacts);
  if (!moved) return record;
  await storage.setStudyAttributes(record.id, { system: moved });
  return { ...record, systemAttrs: { ...record.systemAttrs, ...moved } };
}

async function resume<P>(
  definition: StudyDefinition,
  storage: Storage,
  record: StudyRecord,
  log: Log | undefined,
): Promise<Study<P>> {
  checkDefinition(definition);
  checkMetrics(definition, record);
  const stored = versionsOf(record.systemAttrs);
  const last = stored.at(-1);
  const { prior, notes } = await resolvePrior(definition, last, log);
  const now = versionOf(definition, prior);
  if (last && sameVersion(last, now)) {
    return new Study<P>(partsOf(definition, storage, record, stored, false));
  }
  const study = new Study<P>(partsOf(definition, storage, record, [...stored, now], true));
  for (const change of last ? versionChanges(last, now) : []) study.note(change);
  for (const note of notes) study.note(note);
  return study;
}

/** What changed since the study last ran, for the user to see. */
function versionChanges(before: StudyVersion, now: StudyVersion): string[] {
  const changes = before.space && now.space ? spaceChanges(before.space, now.space) : [];
  if (before.strategy.name !== now.strategy.name) {
    changes.push(`the strategy was ${before.strategy.name} and is now ${now.strategy.name}`);
  }
  if (before.seed !== now.seed) changes.push(`the seed was ${before.seed} and is now ${now.seed}`);
  changes.push(...priorChanges(before.prior, now.prior));
  return changes.map((change) => `Changed since the study last ran: ${change}.`);
}

function checkMetrics(definition: StudyDefinition, record: StudyRecord): void {
  const { directions, metricNames } = metricsOf(definition);
  const stored = record.systemAttrs[ATTRIBUTE.metricNames] as readonly string[] | undefined;
  const before = describeMetrics(record.directions, stored);
  const now = describeMetrics(directions, metricNames);
  if (JSON.stringify(record.directions) !== JSON.stringify(directions)) {
    throw new HpoError(
      `Study "${record.name}" has the metrics ${before}; its definition now says ${now}. ` +
        "A study's metrics are fixed: give the study a new name.",
    );
  }
}

const describeMetrics = (directions: readonly string[], names?: readonly string[]): string =>
  directions.map((direction, i) => (names ? `${names[i]}: ${direction}` : direction)).join(", ");

export interface LoadOptions extends StorageOption {
  /** The strategy to go on with; the stored one if left out. */
  readonly strategy?: Strategy;
  readonly pruner?: Pruner;
}

/**
 * Opens a stored study by its name, with the space, strategy and seed that it was last run with.
 * @throws StudyNotFoundError if the storage has no such study.
 */
export async function loadStudy(name: string, options: LoadOptions = {}): Promise<Study> {
  const storage = await storageOf(options);
  const record = await findOrThrow(storage, name);
  const stored = versionsOf(record.systemAttrs);
  const last = stored.at(-1);
  const strategy = options.strategy ?? (last && strategyOf(last.strategy)) ?? defaultStrategy();
  const now: StudyVersion = { seed: 0, ...last, strategy: identityOf(strategy) };
  const isNew = !last || !sameVersion(last, now);
  const study = new Study({
    storage,
    record,
    versions: isNew ? [...stored, now] : stored,
    isNewVersion: isNew,
    metricNames: record.systemAttrs[ATTRIBUTE.metricNames] as readonly string[] | undefined,
    strategy,
    pruner: options.pruner,
    maxRestarts: MAX_RESTARTS,
    lostTrials: "restart",
    folders: foldersOf(storage, record),
    defaults: {},
  });
  await study.refresh();
  return study;
}

/** All studies of a storage, by their creation. */
export const listStudies = async (options: StorageOption = {}): Promise<readonly StudySummary[]> =>
  (await storageOf(options)).listStudies();

/** Removes a study with all its trials, but for the files they kept. @throws StudyNotFoundError */
export async function deleteStudy(name: string, options: StorageOption = {}): Promise<void> {
  const storage = await storageOf(options);
  await storage.deleteStudy((await findOrThrow(storage, name)).id);
}

/**
 * Gives a study another name; its trials' files stay where they are.
 * @throws StudyNotFoundError; DuplicateStudyError if the new name is taken.
 */
export async function renameStudy(
  name: string,
  newName: string,
  options: StorageOption = {},
): Promise<void> {
  const storage = await storageOf(options);
  const record = await findOrThrow(storage, name);
  await storage.renameStudy(record.id, newName);
  await storage.setStudyAttributes(record.id, { system: keptFolders(storage, record) });
}

/**
 * Copies a study, with everything its storage has of it, within a storage or into another one. The
 * files of its trials stay where they are, with the original.
 * @throws StudyNotFoundError; DuplicateStudyError if the target has a study of that name.
 */
export async function copyStudy(
  name: string,
  newName: string,
  options: StorageOption & { readonly to?: Storage | string } = {},
): Promise<void> {
  const from = await storageOf(options);
  const to = options.to === undefined ? from : await storageOf({ storage: options.to });
  const { id, directions, userAttrs, systemAttrs: all } = await findOrThrow(from, name);
  const { [ATTRIBUTE.finishCount]: _count, ...systemAttrs } = all;
  const { trials } = await from.readTrials(id);
  const copy = await to.createStudy({
    name: newName,
    directions,
    userAttrs,
    systemAttrs: { ...systemAttrs, ...newFolders(to, newName) },
  });
  await to.createTrials(copy.id, trials);
}

/**
 * A strategy by the name and options that were kept with a study; undefined if it is unknown.
 * @throws HpoError if the options are none of its own
 */
export function strategyOf({ name, options }: StrategyIdentity): Strategy | undefined {
  if (!Object.hasOwn(strategies, name)) return undefined;
  // A factory checks what it is given.
  const make = strategies[name as keyof typeof strategies] as (options?: unknown) => Strategy;
  const inner = options?.["strategy"];
  if (inner === undefined) return make(options);
  const strategy = nestedStrategy(name, inner);
  return strategy && make({ ...options, strategy });
}

/** The strategy that another one stands on: a name, a map with a name, or an identity as kept. */
function nestedStrategy(outer: string, given: unknown): Strategy | undefined {
  const { name, options, ...rest } = (
    typeof given === "object" && given !== null ? given : { name: given }
  ) as Record<string, unknown>;
  if (typeof name === "string") {
    return strategyOf({ name, options: { ...rest, ...(options as object | undefined) } });
  }
  throw new HpoError(`strategy: the "strategy" of ${outer} is a name, or a map with a name.`);
}

export const defaultStrategy = (): Strategy => strategies.auto();

const versionOf = (definition: StudyDefinition, prior?: TheoryProposal): StudyVersion => ({
  seed: definition.seed ?? 0,
  strategy: identityOf(definition.strategy ?? defaultStrategy()),
  ...(definition.space && { space: definition.space }),
  ...(definition.trials !== undefined && { trialBudget: definition.trials }),
  ...(prior && { prior }),
});

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
  metricNames: metricsOf(definition).metricNames,
  strategy: definition.strategy ?? defaultStrategy(),
  pruner: definition.pruner,
  roles: definition.roles,
  repeats: definition.repeats,
  maxRestarts: definition.maxRestarts ?? MAX_RESTARTS,
  lostTrials: definition.lostTrials ?? "restart",
  folders: foldersOf(storage, record),
  defaults: definition,
});

async function storageOf({ storage }: StorageOption): Promise<Storage> {
  if (storage === undefined) return memoryStorage();
  return typeof storage === "string" ? openStorage(storage) : storage;
}

async function findOrThrow(storage: Storage, name: string): Promise<StudyRecord> {
  const record = await storage.findStudy(name);
  if (record) return record;
  const names = (await storage.listStudies()).map((study) => study.name);
  throw new StudyNotFoundError(`${storage.url} has no study "${name}". ${didYouMean(name, names)}`);
}
