/**
 * Studies, search spaces, trials, storages and runners.
 *
 * @module hpo
 */

// Declaring a study, and its search space.
export * from "./space/index.ts";
export { regretBound } from "./study/stopping/regret-rule.ts";
export {
  maxTrials,
  noImprovement,
  targetValue,
  timeBudget,
  type Progress,
  type StopRule,
} from "./study/stopping/stop-rules.ts";
export { defineStudy, type ProbeSource, type StudyDefinition } from "./study/study-definition.ts";
export { theory, type TheoryDeclaration, type TheoryOptions } from "./theory/study/options.ts";
export type { StudyRoles } from "./contracts/study-roles.ts";

// Opening, running and managing studies.
export type { Listener, StudyEvent } from "./study/events.ts";
export { copyStudy, deleteStudy, listStudies, renameStudy } from "./study/manage-studies.ts";
export { loadStudy, type LoadOptions } from "./study/load-study.ts";
export { createStudy, openStudy, type OpenOptions } from "./study/open-study.ts";
export type { OptimizeOptions } from "./study/run-options.ts";
export type { StorageOption } from "./study/stored-study.ts";
export { replay, type Replayed } from "./study/asking/replay.ts";
export { confirm, type ConfirmOptions } from "./study/confirm/confirm.ts";
export type { StudyStop } from "./study/stopping/study-stop.ts";
export type { Confirmation, ConfirmedSetting } from "./study/confirm/confirmation.ts";
export { Study, type AskedTrial } from "./study/study.ts";
export { openProbe } from "./study/prior/study-probe.ts";

// Trials, and objectives.
export type { AddedTrial } from "./study/trial/added-trials.ts";
export type { LiveTrial, Objective, ObjectiveResult } from "./contracts/objective.ts";
export type { TellOptions } from "./study/trial/trial-end.ts";
export type { Provenance } from "./contracts/provenance.ts";
export { csvOf, rowsOf, type Row } from "./export/table.ts";
export {
  isFinished,
  type CompleteTrial,
  type Direction,
  type Failure,
  type FailedTrial,
  type FinishedTrial,
  type PrunedTrial,
  type Report,
  type RunningTrial,
  type Trial,
  type TrialState,
  type WaitingTrial,
} from "./contracts/trial.ts";
export { trialToJson, type TrialJson } from "./export/trial-json.ts";

// Where trials run.
export { commandRunner, type CommandOptions } from "./runner/command/command-runner.ts";
export { inlineRunner, type InlineOptions } from "./runner/inline.ts";
export type { Lease } from "./contracts/lease.ts";
export { processRunner, type ProcessOptions } from "./runner/process/process-runner.ts";
export type { HostTrial, Runner } from "./contracts/runner.ts";
export { threadRunner, type ThreadOptions } from "./runner/thread/thread-runner.ts";

// Where studies are kept.
export { memoryStorage } from "./storage/memory.ts";
export { openStorage } from "./storage/open-storage.ts";
export type {
  AttributeChange,
  Changes,
  Cursor,
  NewStudy,
  NewTrial,
  Storage,
  StudyRecord,
  StudySummary,
  TrialChange,
  TrialEnd,
  TrialRecord,
  Turn,
} from "./contracts/storage.ts";
export type { Held, SignOfLife, TrialLease } from "./contracts/trial-lease.ts";

// What a strategy or a pruner of your own is made of.
export { givenOptions } from "./errors/checks.ts";
export { strategyOf } from "./study/strategy-registry.ts";
export type { PruneContext, Pruner } from "./contracts/pruner.ts";
export { createRng, type Rng } from "./numerics/rng.ts";
export type {
  Observation,
  PendingTrial,
  Strategy,
  ReportsUse,
  StrategyContext,
  SuggestContext,
  Suggestion,
  Why,
} from "./contracts/strategy.ts";

// What is found out about a study.
export {
  importance,
  type EvaluatorName,
  type ImportanceOptions,
  type ImportanceResult,
  type ParameterImportance,
} from "./importance/index.ts";
export type { StudyImportanceOptions } from "./study/study-importance.ts";
export { priorReport } from "./study/prior/prior-report.ts";
export type { ArmReport, ProposedRate, TheoryReport } from "./theory/study/report.ts";

// Errors.
export {
  DuplicateStudyError,
  HpoError,
  StorageError,
  StorageNotFoundError,
  StudyNotFoundError,
  TrialDiverged,
  TrialFinishedError,
  TrialLostError,
  TrialPruned,
  type Divergence,
} from "./errors/errors.ts";
