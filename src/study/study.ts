import { addTrials, enqueue, type EnqueueOptions } from "./steer/new-trials.ts";
import { tellTrial } from "./steer/tell-trial.ts";
import { requireInteger } from "../errors/checks.ts";
import type { LiveTrial, Objective } from "../contracts/objective.ts";
import type { Storage } from "../contracts/storage.ts";
import type { Strategy } from "../contracts/strategy.ts";
import {
  type CompleteTrial,
  type Direction,
  type FinishedTrial,
  type Trial,
  type TrialState,
} from "../contracts/trial.ts";
import type { ImportanceResult } from "../importance/index.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import { bestTrialOf } from "./best-trial.ts";
import type { Listener, StudyEvent } from "./events.ts";
import { optimizeObjective } from "./optimize-objective.ts";
import { runOptions, type OptimizeOptions } from "./run-options.ts";
import * as steer from "./steer/steer-trials.ts";
import { StudyEngine } from "./study-engine.ts";
import { importanceOf, type StudyImportanceOptions } from "./study-importance.ts";
import { keepEngine } from "./study-internals.ts";
import { stopOf, type StudyStop } from "./stopping/study-stop.ts";
import { interruptedIn } from "./heartbeat/interrupted.ts";
import type { StudyParts, StudyState } from "./study-state.ts";
import type { StudyVersion } from "./study-version.ts";
import type { ActiveTrial } from "./trial/active-trial.ts";
import type { AddedTrial } from "./trial/added-trials.ts";
import { attributeValue } from "../contracts/attribute-value.ts";
import { requireStoredName } from "../errors/stored-name.ts";
import type { Metrics, TellOptions } from "./trial/trial-end.ts";

/** A trial that was asked for: report to it, then tell the study. `P` is what its space gives. */
export type AskedTrial<P = Params> = ActiveTrial & { readonly params: P };
type Best<P> = CompleteTrial & { readonly params: P };

/**
 * A study that is open in this process: asks its strategy, keeps what trials tell. Several may be
 * open on one stored study, in one process or several. `P` is the type of a trial's parameters.
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 *
 * const study = await createStudy({ name: "asked", space: searchSpace({ x: float(-1, 1) }) });
 * for (let round = 0; round < 5; round++) {
 *   for (const trial of await study.ask(2)) await study.tell(trial, trial.params.x ** 2);
 * }
 * console.log(study.trials().length, study.best.params); // 10 …
 * ```
 */
export class Study<P = Params> {
  readonly #engine: StudyEngine;
  readonly #state: StudyState;

  /** Use `openStudy`, `createStudy` or `loadStudy`. */
  constructor(parts: StudyParts) {
    this.#engine = new StudyEngine(parts);
    this.#state = this.#engine.state;
    keepEngine(this, this.#engine);
  }

  get name(): string {
    return this.#state.record.name;
  }
  get directions(): readonly Direction[] {
    return this.#state.record.directions;
  }
  /** Undefined where the metrics have no names. */
  get metricNames(): readonly string[] | undefined {
    return this.#state.parts.metricNames;
  }
  get storage(): Storage {
    return this.#state.storage;
  }
  get strategy(): Strategy {
    return this.#state.parts.strategy;
  }
  get seed(): number {
    return this.version.seed;
  }
  /** The search space; in a define-by-run study what its finished trials show of it. */
  get space(): SearchSpace {
    return this.#engine.space;
  }
  /** What suggestions are made from now. */
  get version(): StudyVersion {
    return this.#state.version;
  }
  get versions(): readonly StudyVersion[] {
    return this.#state.versions.all;
  }
  get userAttrs(): Readonly<Record<string, unknown>> {
    return this.#state.record.userAttrs;
  }
  /** Why `optimize` stopped last, here or in another process; undefined if it never did. */
  get stopped(): StudyStop | undefined {
    return stopOf(this.#state.record);
  }
  get repeats(): boolean {
    return this.#state.parts.repeats ?? false;
  }
  /** The total of trials that the study is to have, where its definition says. */
  get trialBudget(): number | undefined {
    return this.version.trialBudget;
  }
  get counts(): Readonly<Record<TrialState, number>> {
    return this.#state.history.counts;
  }
  get metrics(): Metrics {
    return this.#engine.metrics;
  }

  /** All trials by number, or those in some states; running ones with their reports so far. */
  trials(...states: readonly TrialState[]): readonly Trial[] {
    const all = this.#state.history.trials.map((trial) =>
      trial.state === "running"
        ? (this.#state.active.get(trial.number)?.snapshot() ?? trial)
        : trial,
    );
    return states.length === 0 ? all : all.filter((trial) => states.includes(trial.state));
  }

  /** The trials that ended, in the order in which they did. */
  get finished(): readonly FinishedTrial[] {
    return this.#state.history.finished;
  }

  /**
   * The best complete, feasible trial; of equals the one with the lowest number.
   * @throws HpoError with several metrics (see `bestTrials`), or if there is no such trial.
   */
  get best(): Best<P> {
    return bestTrialOf(this);
  }

  /** The complete, feasible trials that no other one beats in every metric, by number. */
  get bestTrials(): readonly Best<P>[] {
    return this.#state.history.front as readonly Best<P>[];
  }

  /** The numbers of the trials that are stored as running and that nobody runs: they start again. */
  get interrupted(): ReadonlySet<number> {
    return interruptedIn(this.#state);
  }

  /** How much each parameter matters. @throws HpoError with several metrics unless one is named */
  importance(options: StudyImportanceOptions = {}): ImportanceResult {
    return importanceOf(this, options);
  }

  /** Where a trial keeps its files; there is nothing if it kept none. */
  directoryOf(trialNumber: number): string {
    return this.#state.parts.folders.of(trialNumber);
  }

  /** Where this study's trials keep their files, a folder each; those of new trials first. */
  get folders(): readonly string[] {
    return this.#state.parts.folders.places;
  }

  /** Takes in what other processes wrote. */
  refresh(): Promise<void> {
    return this.#state.refresh();
  }

  /**
   * The next trial: one that a dead process left, the first in the queue, or a new suggestion.
   * Undefined when the strategy has nothing left to suggest, or the study has the `trials` of its
   * definition.
   */
  ask(): Promise<AskedTrial<P> | undefined>;
  /** Up to `count` trials at once, that know of each other; fewer when nothing is left. */
  ask(count: number): Promise<AskedTrial<P>[]>;
  async ask(count?: number): Promise<AskedTrial<P> | undefined | AskedTrial<P>[]> {
    if (count !== undefined) requireInteger("ask: count", count, 1);
    const trials = (await this.#engine.ask(count ?? 1)) as AskedTrial<P>[];
    return count === undefined ? trials[0] : trials;
  }

  /**
   * Runs trials until a limit is reached or nothing is left to suggest, and gives the reason.
   * `objective`: a function, run in this thread; or the URL of the module whose default export it
   * is, run in `workers` threads; left out, the definition's.
   * @throws what the objective threw, unless `catch` says to go on
   */
  optimize(options?: OptimizeOptions): Promise<string>;
  optimize(objective: Objective<P> | URL, options?: OptimizeOptions): Promise<string>;
  async optimize(
    first: Objective<P> | URL | OptimizeOptions = {},
    second: OptimizeOptions = {},
  ): Promise<string> {
    const isObjective = typeof first === "function" || first instanceof URL;
    const { defaults } = this.#state.parts;
    const options = runOptions(isObjective ? second : first, defaults);
    const objective = isObjective ? first : undefined;
    return optimizeObjective(this.#engine, objective, options, { study: this.name, defaults });
  }

  /** Lets `optimize` finish what runs and start nothing new. */
  stop(): void {
    this.#engine.stop();
  }

  /** Tells the trials that run in this process to stop at once, and hands them back. */
  abort(): Promise<void> {
    return this.#engine.abort();
  }

  /**
   * Ends a running trial with its metric(s), or with a state. NaN fails it as diverged.
   * @throws HpoError where result and state contradict each other; TrialFinishedError if it ended;
   * TrialLostError if another process took it over.
   */
  tell(
    trial: LiveTrial<unknown> | number,
    result?: unknown,
    options: TellOptions = {},
  ): Promise<FinishedTrial> {
    return tellTrial(this.#engine, trial, result, options);
  }

  /**
   * Queues parameters to be tried before the strategy's own; those left out are suggested.
   * Values outside their range are kept, and noted.
   * @returns the trial's number; undefined if `skipIfExists` found the same parameters.
   * @throws HpoError on a name that the space does not have, a value that its parameter can never
   * have, or parameters of different branches
   */
  enqueue(params: Params, options: EnqueueOptions = {}): Promise<number | undefined> {
    return enqueue(this.#engine, params, options);
  }

  /** Takes a queued trial away. @throws HpoError if it is not queued (any more) */
  cancel(number: number): Promise<void> {
    return steer.cancel(this.#state, [number]);
  }

  /**
   * Keeps a finished trial out of the search, and of the best, from now on: suggestions are as if it
   * had never been. @throws HpoError if it is not finished
   */
  exclude(number: number): Promise<void> {
    return steer.setExcluded(this.#state, [number], true);
  }

  /** Takes an excluded trial in again. */
  include(number: number): Promise<void> {
    return steer.setExcluded(this.#state, [number], false);
  }

  /**
   * Frees a running trial whose process is gone, to be started again as it was by the next ask, here
   * or elsewhere. A process that runs it all the same is told to stop, and its result refused.
   * @throws HpoError if it does not run, or if its process lives or may live and `force` is not set
   */
  requeue(number: number, options: { readonly force?: boolean } = {}): Promise<void> {
    return steer.requeue(this.#state, [number], options);
  }

  /** Ends a running trial as lost; else as `requeue`. */
  fail(number: number, options: steer.FailOptions = {}): Promise<void> {
    return steer.fail(this.#state, [number], options);
  }

  /** Adds finished trials, run elsewhere. @throws HpoError on what no trial can be. */
  addTrials(trials: readonly AddedTrial[]): Promise<readonly FinishedTrial[]> {
    return addTrials(this.#engine, trials);
  }

  /** @throws HpoError if the value can't be stored */
  async setUserAttr(name: string, given: unknown): Promise<void> {
    requireStoredName("setUserAttr: the name", name);
    const value = attributeValue(given, `setUserAttr("${name}")`);
    await this.#state.storage.setStudyAttributes(this.#state.record.id, {
      user: { [name]: value },
    });
    this.#state.record = {
      ...this.#state.record,
      userAttrs: { ...this.#state.record.userAttrs, [name]: value },
    };
  }

  /** What happens from now on; the loop ends when `optimize` does. */
  events(): AsyncGenerator<StudyEvent> {
    return this.#state.hub.iterate();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: Listener): () => void {
    return this.#state.hub.subscribe(listener);
  }
}
