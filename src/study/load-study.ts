import { requireDirections } from "../contracts/directions.ts";
import { foldersOf } from "../artifacts/study-folders.ts";
import { identityOf } from "../contracts/identity.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { Strategy } from "../contracts/strategy.ts";
import { prunerOf, prunerOrNamed, type PrunerName } from "../pruners/index.ts";
import { checkCall, checkParts } from "./definition-fields.ts";
import { missingPruner, missingStrategy } from "./parts/missing-parts.ts";
import { findOrThrow, storedMetricNames, storageOf, type StorageOption } from "./stored-study.ts";
import { strategyOf, strategyOrNamed, type StrategyName } from "./strategy-registry.ts";
import { needsUnread, UnreadReports } from "./asking/unread-reports.ts";
import { announce, engineOf } from "./study-internals.ts";
import { sameVersion, versionChanges, versionsOf, type StudyVersion } from "./study-version.ts";
import { Study } from "./study.ts";
import { MAX_RESTARTS } from "./trial/lost-trial.ts";

/** How a stored study is opened by its name. */
export interface LoadOptions extends StorageOption {
  /** The strategy to go on with, or its name; the stored one if left out. */
  readonly strategy?: Strategy | StrategyName;
  /** The pruner to go on with, or its name; the stored one if left out. */
  readonly pruner?: Pruner | PrunerName;
}

/**
 * Opens a stored study by its name, with the space, strategy, pruner and seed that it was last run
 * with. A strategy or pruner of one's own has to be given, to ask or to prune.
 * @throws StudyNotFoundError if the storage has no such study.
 *
 * @example
 * ```ts
 * import { loadStudy } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * console.log(study.trials("complete").length, study.best.values);
 * ```
 */
export async function loadStudy(name: string, options: LoadOptions = {}): Promise<Study> {
  const study = await unread(name, options);
  await study.refresh();
  return study;
}

/**
 * As `loadStudy`, for a caller that only asks: it reads of finished trials what suggestions need. An ask is
 * refused with `UnreadReports` where others prune a trial meanwhile, so that more is needed.
 */
export async function loadToAsk(name: string, options: LoadOptions): Promise<Study> {
  const study = await unread(name, options);
  const { state, starter } = engineOf(study);
  const uses = starter.suggester.usesReports;
  // Where trials are pruned, reading once is less than reading again.
  if (!uses || (uses === "besideStopped" && !state.parts.pruner)) state.firstDetail = "search";
  await study.refresh();
  return needsUnread(state, uses) ? loadStudy(name, options) : study;
}

/**
 * Asks a study that `open` opens by `loadToAsk`, and again by `loadStudy` where others made reports matter
 * between the two.
 */
export async function askOnce<Asked>(
  open: (load: typeof loadToAsk) => Promise<Study>,
  ask: (study: Study) => Promise<Asked>,
): Promise<Asked> {
  const study = await open(loadToAsk);
  try {
    return await ask(study);
  } catch (error) {
    if (!(error instanceof UnreadReports)) throw error;
    return ask(await open(loadStudy));
  }
}

/** The study before its trials are read. */
async function unread(name: string, options: LoadOptions): Promise<Study> {
  checkCall("loadStudy", options, ["storage", "strategy", "pruner"]);
  checkParts("loadStudy", options);
  const storage = await storageOf(options, false);
  const record = await findOrThrow(storage, name);
  requireDirections(record);
  const stored = versionsOf(record.systemAttrs);
  const last = stored.at(-1);
  const strategy =
    options.strategy === undefined && last
      ? (strategyOf(last.strategy) ?? missingStrategy(last.strategy, name))
      : strategyOrNamed(options.strategy);
  const pruner =
    options.pruner === undefined && last?.pruner
      ? (prunerOf(last.pruner) ?? missingPruner(last.pruner, name))
      : prunerOrNamed(options.pruner);
  // Stored parts are not checked again; a part that is named must go with the other one.
  if (options.strategy ?? options.pruner) checkParts("loadStudy", { strategy, pruner });
  const now: StudyVersion = {
    seed: 0,
    ...last,
    strategy: identityOf(strategy),
    ...(pruner && { pruner: identityOf(pruner) }),
  };
  const isNew = !last || !sameVersion(last, now);
  const study = new Study({
    storage,
    record,
    versions: isNew ? [...stored, now] : stored,
    isNewVersion: isNew,
    metricNames: storedMetricNames(record),
    strategy,
    pruner,
    maxRestarts: MAX_RESTARTS,
    lostTrials: "restart",
    folders: foldersOf(storage, record),
    defaults: {},
  });
  announce(study, last ? versionChanges(last, now, { strategy, pruner }) : []);
  return study;
}
