import type { StudyRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import {
  mustBe,
  requireInteger,
  requireNumber,
  requireOneOf,
  requireWithin,
} from "../errors/checks.ts";
import { NUMBERS } from "../errors/number-kinds.ts";
import { HpoError } from "../errors/errors.ts";
import { requireParameterName, requireStoredName } from "../errors/stored-name.ts";
import type { Objective } from "../contracts/objective.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { PrunerName } from "../pruners/index.ts";
import { checkTrialOptions, type TrialOptions } from "../runner/trial-options.ts";
import { parseDeviceOptions, type DeviceOptions } from "../runner/devices/options.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import type { ParamsOf } from "../space/params-of.ts";
import type { Probe } from "../theory/probe/probe.ts";
import { isTheory, type TheoryDeclaration } from "../theory/study/options.ts";
import { checkRoles, type StudyRoles } from "../contracts/study-roles.ts";
import { checkFileLimits, type FileLimits } from "./cleaning/file-limits.ts";
import { parseNotify, type Notifying } from "./notify/notify-options.ts";
import { checkFields } from "./definition-fields.ts";
import type { StopRule } from "./stopping/stop-rules.ts";
import type { StrategyName } from "./strategy-registry.ts";
import type { Strategy } from "../contracts/strategy.ts";
import type { Direction } from "../contracts/trial.ts";

/** A study as it is declared: in a study file, or in a program. */
export interface StudyDefinition<Space extends SearchSpace | undefined = SearchSpace | undefined>
  extends TrialOptions, DeviceOptions, FileLimits, Notifying {
  readonly name: string;
  /** Of the one metric, "minimize" if left out; or name the metrics. */
  readonly direction?: Direction;
  /** Several metrics, or one with a name: `{ loss: "minimize", accuracy: "maximize" }`. */
  readonly metrics?: Readonly<Record<string, Direction>>;
  /** What is searched. Left out: the objective asks for its parameters as it runs. */
  readonly space?: Space;
  /** How it is searched, as a strategy or by its name; the default chooses for you and says why. */
  readonly strategy?: Strategy | StrategyName;
  /**
   * `theory()`: what is measured of the training problem gives a prior on its learning rate, beside
   * the parameters' own priors. Needs `probe`, or a measurement made elsewhere.
   */
  readonly prior?: TheoryDeclaration;
  /** Which parameters are the learning rate, the batch size, the optimizer; guessed by their names. */
  readonly roles?: StudyRoles;
  /** Stops hopeless trials early, as a pruner or by its name; none if left out. */
  readonly pruner?: Pruner | PrunerName;
  /** The study's total number of trials, ≥ 0; `optimize({ trials })` adds so many to those there are. */
  readonly trials?: number;
  /** No trial is started after this time, in milliseconds, > 0; running ones are finished. */
  readonly timeoutMs?: number;
  readonly until?: StopRule | readonly StopRule[];
  /** Trials at once, ≥ 1; with devices as many as they take, else 1. */
  readonly workers?: number;
  /** An integer; the same seed gives the same study. 0 if left out. */
  readonly seed?: number;
  /** Whether a finite space may be tried twice at one point, because the metric is noisy. */
  readonly repeats?: boolean;
  /** How often a trial whose process died is started again before it counts as failed, ≥ 0; 3 if left out. */
  readonly maxRestarts?: number;
  /**
   * What becomes of a trial whose process died: "restart" (if left out) starts it again in place,
   * with its number, parameters and seed; "clone" fails it and queues a copy, as Optuna does.
   */
  readonly lostTrials?: "restart" | "clone";
  /**
   * The folder for what trials keep, in a folder each: ARTIFACTS/STUDY/NUMBER. If left out,
   * `hpo-trials` beside the database `hpo.db`.
   */
  readonly artifacts?: string;
  /** `import.meta.url` of the file that exports this study: lets its objective run in workers. */
  readonly url?: string;
  readonly objective?: Objective<ParamsFor<Space>>;
  /**
   * What theory measures, with these parameters: `{ model, loss, batches, optimizer }` of
   * "hpo/tfjs", or a probe made elsewhere. For `hpo probe` and a theory prior.
   */
  probe?(params: ParamsFor<Space>): ProbeSource | Promise<ProbeSource>;
}

/** A probe, or what the TensorFlow.js adapter makes one of (`ProbeSpec` of "hpo/tfjs"). */
export type ProbeSource =
  | Probe
  | {
      readonly optimizer: unknown;
      readonly batches?: unknown;
      readonly loss?: unknown;
      readonly model?: unknown;
      readonly variables?: unknown;
    };

/** What a trial's parameters are: the space's, or any where the objective asks as it runs. */
export type ParamsFor<Space> = Space extends SearchSpace ? ParamsOf<Space> : Params;

/**
 * Declares a study; runs nothing. Export it from a study file, or give it to `openStudy`.
 * @throws HpoError naming what is wrong in it.
 *
 * @example
 * ```ts
 * import { defineStudy, float, searchSpace } from "hpo";
 * import { median } from "hpo/pruners";
 *
 * export default defineStudy({
 *   name: "bowl",
 *   space: searchSpace({ lr: float(1e-4, 1, { log: true }) }),
 *   pruner: median(),
 *   trials: 30,
 *   objective: (trial) => (1 - trial.params.lr) ** 2,
 * });
 * ```
 */
export function defineStudy<const Space extends SearchSpace | undefined = undefined>(
  definition: StudyDefinition<Space>,
): StudyDefinition<Space> {
  checkDefinition(definition);
  return Object.freeze({ ...definition });
}

const DIRECTIONS: readonly Direction[] = ["minimize", "maximize"];

/** @throws HpoError naming what is wrong in it. */
export function checkDefinition(definition: StudyDefinition): void {
  checkFields(definition);
  const { name, direction, metrics } = definition;
  if (typeof name !== "string" || name === "") {
    throw new HpoError(`A study needs a name, got name=${JSON.stringify(name)}.`);
  }
  requireStoredName("The study's name", name);
  if (direction !== undefined && metrics !== undefined) {
    throw new HpoError(
      `Study ${JSON.stringify(name)}: direction and metrics exclude each other. Drop direction.`,
    );
  }
  if (metrics !== undefined && Object.keys(metrics).length === 0) {
    throw new HpoError(
      `Study ${JSON.stringify(name)}: metrics={} names none. Name at least one, or drop metrics.`,
    );
  }
  if (direction !== undefined)
    requireOneOf(`Study ${JSON.stringify(name)}: direction`, direction, DIRECTIONS);
  for (const [metric, given] of Object.entries(metrics ?? {})) {
    requireStoredName(`Study ${JSON.stringify(name)}: the metric's name`, metric);
    requireOneOf(`Study ${JSON.stringify(name)}: metrics.${metric}`, given, DIRECTIONS);
  }
  const { lostTrials } = definition;
  if (lostTrials !== undefined) {
    requireOneOf(`Study ${JSON.stringify(name)}: lostTrials`, lostTrials, ["restart", "clone"]);
  }
  const { prior } = definition as { prior?: unknown };
  if (prior !== undefined && !isTheory(prior)) {
    throw mustBe(
      `Study ${JSON.stringify(name)}: prior`,
      prior,
      "theory()",
      "Call it, or give parameters priors of their own: " +
        "float(1e-5, 1, { log: true, prior: logNormal(3e-4, 3) }).",
    );
  }
  for (const { name: parameter } of definition.space?.parameters ?? []) {
    requireParameterName(`Study ${JSON.stringify(name)}: a parameter's name`, parameter);
  }
  if (definition.roles !== undefined) checkRoles(definition.roles, definition.space);
  const { probe } = definition as { probe?: unknown };
  if (probe !== undefined && typeof probe !== "function") {
    throw mustBe(
      `Study ${JSON.stringify(name)}: probe`,
      probe,
      "a function of the parameters",
      "Write probe: (params) => ({ model, loss, batches, optimizer }).",
    );
  }
  const counts = { trials: 0, maxRestarts: 0, seed: -Infinity } as const;
  for (const [key, least] of Object.entries(counts)) {
    const value = definition[key as keyof typeof counts];
    if (value !== undefined) requireInteger(`Study ${JSON.stringify(name)}: ${key}`, value, least);
  }
  const { workers = 1 } = definition;
  requireNumber(`Study ${JSON.stringify(name)}: workers`, workers, NUMBERS.workers);
  checkTrialOptions(`Study ${JSON.stringify(name)}`, definition);
  checkFileLimits(`Study ${JSON.stringify(name)}`, definition);
  if (definition.notify !== undefined)
    parseNotify(`Study ${JSON.stringify(name)}: notify`, definition.notify);
  parseDeviceOptions(definition);
  const { timeoutMs, artifacts } = definition;
  if (artifacts !== undefined && (typeof artifacts !== "string" || artifacts === "")) {
    throw mustBe(
      `Study ${JSON.stringify(name)}: artifacts`,
      artifacts,
      "a folder's path",
      "Or leave it out.",
    );
  }
  if (timeoutMs !== undefined) {
    requireWithin(`Study ${JSON.stringify(name)}: timeoutMs`, timeoutMs, 0, Infinity, {
      open: true,
    });
  }
}

/** The directions in the order of the metrics, and the metrics' names if they have any. */
export function declaredMetrics(definition: StudyDefinition): {
  readonly directions: readonly Direction[];
  readonly metricNames?: readonly string[];
} {
  const { metrics, direction = "minimize" } = definition;
  return metrics
    ? { directions: Object.values(metrics), metricNames: Object.keys(metrics) }
    : { directions: [direction] };
}

/** @throws HpoError if the definition has other metrics than the stored study */
export function checkMetrics(definition: StudyDefinition, record: StudyRecord): void {
  const { directions, metricNames } = declaredMetrics(definition);
  const stored = record.systemAttrs[ATTRIBUTE.metricNames] as readonly string[] | undefined;
  const before = describeMetrics(record.directions, stored);
  const now = describeMetrics(directions, metricNames);
  const isRenamed = stored && metricNames && JSON.stringify(stored) !== JSON.stringify(metricNames);
  if (isRenamed || JSON.stringify(record.directions) !== JSON.stringify(directions)) {
    throw new HpoError(
      `Study ${JSON.stringify(record.name)} has the metrics ${before}; its definition now says ${now}. ` +
        "A study's metrics are fixed: give the study a new name.",
    );
  }
}

const describeMetrics = (directions: readonly string[], names?: readonly string[]): string =>
  directions.map((direction, i) => (names ? `${names[i]}: ${direction}` : direction)).join(", ");
