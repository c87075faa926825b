import type { ActiveTrial, TrialKeeper } from "./trial/active-trial.ts";
import {
  checkEnqueued,
  newFinishedTrial,
  sameFixed,
  type AddedTrial,
} from "./trial/added-trials.ts";
import { Asking } from "./trial-starter.ts";
import { HpoError, StorageError } from "../errors/errors.ts";
import type { Listener, StudyEvent } from "./events.ts";
import type { LiveTrial, Objective } from "../contracts/objective.ts";
import { optimize, type OptimizeOptions } from "./optimize.ts";
import { Pruning } from "./trial/pruning.ts";
import { toldEnd, type End, type Metrics, type TellOptions } from "./trial/trial-end.ts";
import { runnerFor, runOptions } from "./run-options.ts";
import { planDevices } from "../runner/devices/plan.ts";
import type { Runner } from "../contracts/runner.ts";
import { RUNNING_ATTRIBUTE } from "./trial/trial-fate.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import type { Storage } from "../contracts/storage.ts";
import type { Strategy } from "../contracts/strategy.ts";
import { alreadyFinished, StudyCore, type StudyParts } from "./study-state.ts";
import type { StudyVersion } from "./study-version.ts";
import {
  isFinished,
  type CompleteTrial,
  type Direction,
  type FinishedTrial,
  type RunningTrial,
  type Trial,
  type TrialState,
} from "../contracts/trial.ts";
import { merge } from "./trial/trial-writer.ts";

/** A trial that was asked for: report to it, then tell the study. `P` is what its space gives. */
export type AskedTrial<P = Params> = ActiveTrial & { readonly params: P };
type Best<P> = CompleteTrial & { readonly params: P };

/**
 * A study that is open in this process: asks its strategy, keeps what trials tell. Several may be
 * open on one stored study, in one process or several. `P` is the type of a trial's parameters.
 */
export class Study<P = Params> {
  readonly #core: StudyCore;
  readonly #asking: Asking;
  readonly #pruning: Pruning | undefined;
  #stopRequested = false;

  /** Use `openStudy`, `createStudy` or `loadStudy`. */
  constructor(parts: StudyParts) {
    this.#core = new StudyCore(parts);
    this.#pruning = parts.pruner && new Pruning(parts.pruner, parts.record.directions, parts.roles);
    this.#asking = new Asking(this.#core, this.#keep());
  }

  get name(): string {
    return this.#core.record.name;
  }
  get directions(): readonly Direction[] {
    return this.#core.record.directions;
  }
  /** Undefined where the metrics have no names. */
  get metricNames(): readonly string[] | undefined {
    return this.#core.parts.metricNames;
  }
  get storage(): Storage {
    return this.#core.storage;
  }
  get strategy(): Strategy {
    return this.#core.parts.strategy;
  }
  get seed(): number {
    return this.version.seed;
  }
  /** The search space; in a define-by-run study what is inferred of it so far. */
  get space(): SearchSpace {
    return this.#asking.suggester.space;
  }
  /** What suggestions are made from now. */
  get version(): StudyVersion {
    return this.#core.version;
  }
  get versions(): readonly StudyVersion[] {
    return this.#core.parts.versions;
  }
  get userAttrs(): Readonly<Record<string, unknown>> {
    return this.#core.record.userAttrs;
  }
  get repeats(): boolean {
    return this.#core.parts.repeats ?? false;
  }
  /** The total of trials that the study is to have, where its definition says. */
  get trialBudget(): number | undefined {
    return this.version.trialBudget;
  }
  get counts(): Readonly<Record<TrialState, number>> {
    return this.#core.history.counts;
  }
  get metrics(): Metrics {
    return { count: this.directions.length, names: this.metricNames };
  }

  /** All trials by number, or those in some states; running ones with their reports so far. */
  trials(...states: readonly TrialState[]): readonly Trial[] {
    const all = this.#core.history.trials.map((trial) =>
      trial.state === "running"
        ? (this.#core.active.get(trial.number)?.snapshot() ?? trial)
        : trial,
    );
    return states.length === 0 ? all : all.filter((trial) => states.includes(trial.state));
  }

  /** The trials that ended, in the order in which they did. */
  get finished(): readonly FinishedTrial[] {
    return this.#core.history.finished;
  }

  /**
   * The best complete, feasible trial; of equals the one with the lowest number.
   * @throws HpoError with several metrics (see `bestTrials`), or if there is no such trial.
   */
  get best(): Best<P> {
    if (this.directions.length > 1) {
      throw new HpoError(
        `Study "${this.name}" has ${this.directions.length} metrics and no single best trial. ` +
          "Use bestTrials: the trials that no other one beats in every metric.",
      );
    }
    const best = this.#core.history.front[0];
    if (best) return best as Best<P>;
    const { complete, pruned, failed } = this.counts;
    throw new HpoError(
      complete > 0
        ? `Study "${this.name}" has no feasible trial: all ${complete} violate a constraint.`
        : `Study "${this.name}" has no complete trial yet (${pruned} pruned, ${failed} failed).`,
    );
  }

  /** The complete, feasible trials that no other one beats in every metric, by number. */
  get bestTrials(): readonly Best<P>[] {
    return this.#core.history.front as readonly Best<P>[];
  }

  /** Where a trial keeps its files; there is nothing if it kept none. */
  directoryOf(trialNumber: number): string {
    return this.#core.parts.folders.of(trialNumber);
  }

  /** Where this study's trials keep their files, a folder each; those of new trials first. */
  get folders(): readonly string[] {
    return this.#core.parts.folders.places;
  }

  /** Takes in what other processes wrote. */
  refresh(): Promise<void> {
    return this.#core.refresh();
  }

  /**
   * The next trial: one that a dead process left, the first in the queue, or a new suggestion.
   * Undefined when the strategy has nothing left to suggest.
   */
  ask(): Promise<AskedTrial<P> | undefined>;
  /** Up to `count` trials at once, that know of each other; fewer when nothing is left. */
  ask(count: number): Promise<AskedTrial<P>[]>;
  async ask(count?: number): Promise<AskedTrial<P> | undefined | AskedTrial<P>[]> {
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1)) {
      throw new HpoError(`ask(${count}): give an integer of at least 1.`);
    }
    const trials = (await this.#asking.ask(count ?? 1)) as AskedTrial<P>[];
    return count === undefined ? trials[0] : trials;
  }

  /**
   * As `ask(count)`, for trials that another program runs and tells: they outlive this process,
   * and count as lost if they are not told by `expires`.
   */
  askOutside(count: number, expires: Date): Promise<ActiveTrial[]> {
    return this.#asking.ask(count, expires);
  }

  /** Trials that are finished, run or are being asked for; lost ones will be started again. */
  get occupied(): number {
    const { complete, pruned, failed } = this.counts;
    const { history } = this.#core;
    const alive = history.running.filter((trial) => this.#core.fateOf(trial).kind === "runs");
    return complete + pruned + failed + alive.length + this.#asking.underWay;
  }

  /** Hands a trial back, to be started again as it was: by the next ask, here or elsewhere. */
  async #release(trial: ActiveTrial): Promise<void> {
    this.#core.active.delete(trial.number);
    trial.closeOutput();
    await this.#core.writer.settle(trial.id);
    const system = { [RUNNING_ATTRIBUTE.runner]: null };
    await this.#core.storage.updateTrial(trial.id, { attributes: { system } });
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
    const { defaults } = this.#core.parts;
    const options = runOptions(isObjective ? second : first, defaults);
    const objective = isObjective ? first : undefined;
    const plan = await planDevices({ ...options, study: this.name, env: process.env });
    for (const message of [...plan.notes, ...plan.lines]) this.note(message);
    const runner = await runnerFor(objective, this.name, plan, options, defaults);
    try {
      return await this.optimizeWith(runner, { ...options, workers: plan.workers });
    } finally {
      // An aborted objective may never end; its threads are given up, not waited for.
      const closed = runner.close();
      if (!options.signal?.aborted) await closed;
    }
  }

  /** As `optimize`, with a runner of the caller's, who closes it. */
  async optimizeWith(runner: Runner, options: OptimizeOptions): Promise<string> {
    this.#stopRequested = false;
    return optimize(this as unknown as Study, runner, options);
  }

  /** Lets `optimize` finish what runs and start nothing new. */
  stop(): void {
    this.#stopRequested = true;
  }

  get stopRequested(): boolean {
    return this.#stopRequested;
  }

  /** Tells the trials that run in this process to stop at once, and hands them back. */
  async abort(): Promise<void> {
    const running = [...this.#core.active.values()];
    for (const trial of running) trial.abort();
    await Promise.all(running.map((trial) => this.#release(trial)));
  }

  /** Whether the trial still runs here: it was neither told nor handed back. */
  holds(trial: ActiveTrial): boolean {
    return this.#core.active.get(trial.number) === trial;
  }

  /**
   * Ends a running trial with its metric(s), or with a state. NaN fails it as diverged.
   * @throws HpoError where result and state contradict each other; TrialFinishedError if it ended.
   */
  async tell(
    trial: LiveTrial<unknown> | number,
    result?: unknown,
    options: TellOptions = {},
  ): Promise<FinishedTrial> {
    const number = typeof trial === "number" ? trial : trial.number;
    let known = this.#core.history.get(number);
    if (!this.#core.active.has(number)) {
      await this.refresh();
      known = this.#core.history.get(number);
    }
    if (!known) {
      throw new HpoError(`tell: study "${this.name}" has no trial ${number}. Ask for one first.`);
    }
    if (isFinished(known)) {
      if (options.skipIfFinished) return known;
      throw alreadyFinished(known);
    }
    if (known.state === "waiting") {
      throw new HpoError(`tell: trial ${number} waits to be started. Ask for it first.`);
    }
    const reports = this.#core.active.get(number)?.reports ?? known.reports;
    return this.end(number, toldEnd(result, options, this.metrics, reports));
  }

  /** Ends a running trial. @throws TrialFinishedError if it ended before. */
  async end(number: number, end: End): Promise<FinishedTrial> {
    const active = this.#core.active.get(number);
    if (!active) return this.#core.finish(this.#core.history.get(number) as RunningTrial, {}, end);
    const { trial, system } = active.end();
    const rest = await this.#core.writer.settle(active.id);
    const change = system ? merge(rest, { attributes: { system } }) : rest;
    return this.#core.finish(trial, change, end);
  }

  /**
   * Queues parameters to be tried before the strategy's own; those left out are suggested.
   * Values outside their range are kept, and noted.
   * @returns the trial's number; undefined if `skipIfExists` found the same parameters.
   * @throws HpoError on a name or a category that the space does not have.
   */
  async enqueue(
    params: Params,
    options: { readonly userAttrs?: Trial["userAttrs"]; readonly skipIfExists?: boolean } = {},
  ): Promise<number | undefined> {
    for (const warning of checkEnqueued(params, this.version.space)) this.note(warning);
    if (options.skipIfExists) {
      await this.refresh();
      if (this.#core.history.trials.some((trial) => sameFixed(trial, params))) return undefined;
    }
    const records = await this.#core.storage.createTrials(this.#core.record.id, [
      {
        state: "waiting",
        params,
        distributions: {},
        reports: [],
        userAttrs: options.userAttrs ?? {},
        systemAttrs: {},
      },
    ]);
    await this.refresh();
    return records?.[0].number;
  }

  /** Adds finished trials, run elsewhere. @throws HpoError on what no trial can be. */
  async addTrials(trials: readonly AddedTrial[]): Promise<readonly FinishedTrial[]> {
    const records = await this.#core.storage.createTrials(
      this.#core.record.id,
      trials.map((trial) => newFinishedTrial(trial, this.version.space, this.metrics)),
    );
    if (!records) throw new StorageError("The storage refused to add trials.");
    await this.refresh();
    return records.map((record) => this.#core.history.get(record.number) as FinishedTrial);
  }

  async setUserAttr(name: string, value: unknown): Promise<void> {
    await this.#core.storage.setStudyAttributes(this.#core.record.id, { user: { [name]: value } });
    this.#core.record = {
      ...this.#core.record,
      userAttrs: { ...this.#core.record.userAttrs, [name]: value },
    };
  }

  /** What happens from now on; the loop ends when `optimize` does. */
  events(): AsyncGenerator<StudyEvent> {
    return this.#core.hub.iterate();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: Listener): () => void {
    return this.#core.hub.subscribe(listener);
  }

  /** Tells listeners, those to come too; each message once. */
  note(message: string): void {
    this.#core.hub.note(message);
  }

  /** Tells listeners that `optimize` ended. */
  announceStop(reason: string): void {
    this.#core.hub.emit({ type: "stopped", reason });
  }

  #keep(): TrialKeeper {
    return {
      seed: this.seed,
      write: (trialId, change) => this.#core.writer.write(trialId, change),
      reported: ({ number }, report) => this.#core.hub.emit({ type: "reported", number, report }),
      shouldPrune: (trial) => this.#shouldPrune(trial),
      knownDistribution: (name) =>
        this.space.parameters.find((parameter) => parameter.name === name)?.distribution,
      note: (message) => this.note(message),
      isShared: !this.storage.url.startsWith("memory:"),
      directoryOf: (trialNumber) => this.directoryOf(trialNumber),
      lastStepOf: (trialNumber) => this.#core.history.get(trialNumber)?.reports.at(-1)?.step,
    };
  }

  #shouldPrune(trial: ActiveTrial): boolean {
    if (!this.#pruning) return false;
    const others = this.#core.running().filter((other) => other.number !== trial.number);
    const { finished } = this.#core.history;
    const judgement = this.#pruning.judge(trial.snapshot(), trial.curves, others, finished);
    trial.judged(judgement);
    return judgement.prune;
  }
}
