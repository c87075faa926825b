export type { AddedTrial } from "./added-trials.ts";
export {
  DuplicateStudyError,
  HpoError,
  StorageError,
  StudyNotFoundError,
  TrialDiverged,
  TrialFinishedError,
  TrialPruned,
  type Divergence,
} from "./errors.ts";
export type { Listener, StudyEvent } from "./events.ts";
export type { LiveTrial, Objective, ObjectiveResult } from "./live-trial.ts";
export {
  copyStudy,
  createStudy,
  deleteStudy,
  listStudies,
  loadStudy,
  openStudy,
  renameStudy,
  strategyOf,
  type LoadOptions,
  type OpenOptions,
  type StorageOption,
} from "./open-study.ts";
export type { OptimizeOptions } from "./optimize.ts";
export { priorReport } from "./prior-report.ts";
export type { PruneContext, Pruner } from "./pruners/pruner.ts";
export { createRng, type Rng } from "./random/rng.ts";
export { replay, type Replayed } from "./replay.ts";
export type { TellOptions } from "./result.ts";
export { commandRunner, type CommandOptions } from "./runner/command.ts";
export { inlineRunner, type InlineOptions } from "./runner/inline.ts";
export type { Lease } from "./runner/lease.ts";
export { processRunner, type ProcessOptions } from "./runner/process.ts";
export type { HostTrial, Runner } from "./runner/runner.ts";
export { threadRunner, type ThreadOptions } from "./runner/thread.ts";
export * from "./space/index.ts";
export {
  maxTrials,
  noImprovement,
  targetValue,
  type Progress,
  type StopRule,
} from "./stop-rules.ts";
export { memoryStorage } from "./storage/memory.ts";
export { openStorage } from "./storage/open-storage.ts";
export type {
  AttributeChange,
  Changes,
  Cursor,
  ExpectedAttribute,
  NewStudy,
  NewTrial,
  Storage,
  StudyRecord,
  StudySummary,
  TrialChange,
  TrialEnd,
  TrialRecord,
} from "./storage/storage.ts";
export type {
  Observation,
  PendingTrial,
  Strategy,
  StrategyContext,
  SuggestContext,
  Suggestion,
  Why,
} from "./strategy.ts";
export { Study, type AskedTrial } from "./study.ts";
export { defineStudy, type ProbeSource, type StudyDefinition } from "./study-definition.ts";
export { openProbe } from "./study-probe.ts";
export { csvOf, rowsOf, type Row } from "./table.ts";
export { theory, type TheoryDeclaration, type TheoryOptions } from "./theory/study/options.ts";
export type { StudyRoles } from "./theory/study/roles.ts";
export type { ArmReport, ProposedRate, TheoryReport } from "./theory/study/report.ts";
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
} from "./trial.ts";
export { trialToJson, type TrialJson } from "./trial-json.ts";
