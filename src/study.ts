import { ActiveTrial, type TrialKeeper } from "./active-trial.ts";
import { checkEnqueued, newFinishedTrial, sameFixed, type AddedTrial } from "./added-trials.ts";
import { HpoError, StorageError, TrialFinishedError } from "./errors.ts";
import { EventHub, type Listener, type StudyEvent } from "./events.ts";
import { History } from "./history.ts";
import type { LiveTrial, Objective } from "./live-trial.ts";
import { thisProcess, type RunnerIdentity } from "./liveness.ts";
import { pendingOf } from "./observation.ts";
import { optimize, type OptimizeOptions } from "./optimize.ts";
import type { Pruner } from "./pruners/pruner.ts";
import { Pruning } from "./pruning.ts";
import { toldEnd, type End, type Metrics, type TellOptions } from "./result.ts";
import { runnerFor, runOptions, type RunDefaults } from "./run-options.ts";
import type { Runner } from "./runner/runner.ts";
import { fateOf, RUNNING_ATTRIBUTE, type Asked, type Fate } from "./running.ts";
import type { Distribution } from "./space/distribution.ts";
import type { Params, SearchSpace } from "./space/search-space.ts";
import {
  ATTRIBUTE,
  type Cursor,
  type Storage,
  type StudyRecord,
  type TrialRecord,
} from "./storage/storage.ts";
import type { Strategy, Suggestion } from "./strategy.ts";
import { VERSIONS_ATTRIBUTE, versionsToJson, type StudyVersion } from "./study-version.ts";
import { seenNow, Suggester } from "./suggester.ts";
import {
  isFinished,
  type CompleteTrial,
  type Direction,
  type Failure,
  type FinishedTrial,
  type RunningTrial,
  type Trial,
  type TrialState,
} from "./trial.ts";
import { TrialWriter } from "./trial-writer.ts";

/** What `openStudy` makes a study of. */
export interface StudyParts {
  readonly storage: Storage;
  readonly record: StudyRecord;
  readonly metricNames?: readonly string[];
  /** The last one is in force. */
  readonly versions: readonly StudyVersion[];
  readonly strategy: Strategy;
  readonly pruner?: Pruner;
  /** Whether the storage has yet to be told of the last version. */
  readonly isNewVersion: boolean;
  readonly repeats?: boolean;
  readonly defaults: RunDefaults;
  /** How often a trial whose process died is started again; 3 if left out. */
  readonly maxRestarts?: number;
}

/**
 * A study that is open in this process: asks its strategy, keeps what trials tell. Several may be
 * open on one stored study, in one process or several.
 */
export class Study {
  readonly #parts: StudyParts;
  readonly #storage: Storage;
  readonly #history: History;
  readonly #suggester: Suggester;
  readonly #writer: TrialWriter;
  readonly #hub = new EventHub();
  readonly #active = new Map<number, ActiveTrial>();
  readonly #noted = new Set<string>();
  readonly #self: RunnerIdentity = thisProcess();
  #record: StudyRecord;
  #cursor: Cursor | undefined;
  #asking: Promise<unknown> = Promise.resolve();
  readonly #pruning: Pruning | undefined;
  readonly #keeper: TrialKeeper;
  #abort = new AbortController();
  #stopRequested = false;
  #versionIsSaved: boolean;
  #expires: Date | undefined;

  /** Use `openStudy`, `createStudy` or `loadStudy`. */
  constructor(parts: StudyParts) {
    this.#parts = parts;
    this.#storage = parts.storage;
    this.#record = parts.record;
    this.#versionIsSaved = !parts.isNewVersion;
    this.#history = new History(parts.record.directions);
    this.#writer = new TrialWriter(parts.storage);
    this.#pruning = parts.pruner && new Pruning(parts.pruner, parts.record.directions);
    this.#keeper = this.#keep();
    this.#suggester = new Suggester({
      strategy: parts.strategy,
      directions: parts.record.directions,
      seed: this.version.seed,
      space: this.version.space,
      trialBudget: this.trialBudget,
      repeats: this.repeats,
    });
  }

  get name(): string {
    return this.#record.name;
  }
  get directions(): readonly Direction[] {
    return this.#record.directions;
  }
  /** Undefined where the metrics have no names. */
  get metricNames(): readonly string[] | undefined {
    return this.#parts.metricNames;
  }
  get storage(): Storage {
    return this.#storage;
  }
  get strategy(): Strategy {
    return this.#parts.strategy;
  }
  get seed(): number {
    return this.version.seed;
  }
  /** The search space; in a define-by-run study what is inferred of it so far. */
  get space(): SearchSpace {
    return this.#suggester.space;
  }
  /** What suggestions are made from now. */
  get version(): StudyVersion {
    return this.#parts.versions[this.#parts.versions.length - 1];
  }
  get versions(): readonly StudyVersion[] {
    return this.#parts.versions;
  }
  get userAttrs(): Readonly<Record<string, unknown>> {
    return this.#record.userAttrs;
  }
  get repeats(): boolean {
    return this.#parts.repeats ?? false;
  }
  /** The total of trials that the study is to have, where its definition says. */
  get trialBudget(): number | undefined {
    return this.#parts.defaults.trials;
  }
  get counts(): Readonly<Record<TrialState, number>> {
    return this.#history.counts;
  }
  get metrics(): Metrics {
    return { count: this.directions.length, names: this.metricNames };
  }

  /** All trials by number, or those in some states; running ones with their reports so far. */
  trials(...states: readonly TrialState[]): readonly Trial[] {
    const all = this.#history.trials.map((trial) =>
      trial.state === "running" ? (this.#active.get(trial.number)?.snapshot() ?? trial) : trial,
    );
    return states.length === 0 ? all : all.filter((trial) => states.includes(trial.state));
  }

  /** The trials that ended, in the order in which they did. */
  get finished(): readonly FinishedTrial[] {
    return this.#history.finished;
  }

  /**
   * The best complete, feasible trial; of equals the one with the lowest number.
   * @throws HpoError with several metrics (see `bestTrials`), or if there is no such trial.
   */
  get best(): CompleteTrial {
    if (this.directions.length > 1) {
      throw new HpoError(
        `Study "${this.name}" has ${this.directions.length} metrics and no single best trial. ` +
          "Use bestTrials: the trials that no other one beats in every metric.",
      );
    }
    const best = this.#history.front[0];
    if (best) return best;
    const { complete, pruned, failed } = this.counts;
    throw new HpoError(
      complete > 0
        ? `Study "${this.name}" has no feasible trial: all ${complete} violate a constraint.`
        : `Study "${this.name}" has no complete trial yet (${pruned} pruned, ${failed} failed).`,
    );
  }

  /** The complete, feasible trials that no other one beats in every metric, by number. */
  get bestTrials(): readonly CompleteTrial[] {
    return this.#history.front;
  }

  /** Takes in what other processes wrote. */
  async refresh(): Promise<void> {
    for (;;) {
      const { trials, cursor } = await this.#storage.readTrials(this.#record.id, this.#cursor);
      this.#cursor = cursor;
      for (const record of trials) this.#take(record);
      if (!this.#history.hasUnindexed) return;
      await this.#storage.indexFinished(this.#record.id);
      // Finished trials are not read twice; their new places in the order must be.
      this.#cursor = undefined;
    }
  }

  #take(record: TrialRecord): void {
    this.#history.apply(record);
    if (record.state !== "running" && record.state !== "waiting") {
      this.#active.delete(record.number);
    }
  }

  /**
   * The next trial: one that a dead process left, the first in the queue, or a new suggestion.
   * Undefined when the strategy has nothing left to suggest.
   */
  ask(): Promise<ActiveTrial | undefined>;
  /** Up to `count` trials at once, that know of each other; fewer when nothing is left. */
  ask(count: number): Promise<ActiveTrial[]>;
  async ask(count?: number): Promise<ActiveTrial | undefined | ActiveTrial[]> {
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1)) {
      throw new HpoError(`ask(${count}): give an integer of at least 1.`);
    }
    const trials: ActiveTrial[] = [];
    for (let i = 0; i < (count ?? 1); i++) {
      const trial = await this.#inTurn(() => this.#askOne());
      if (!trial) break;
      trials.push(trial);
    }
    return count === undefined ? trials[0] : trials;
  }

  /**
   * As `ask(count)`, for trials that another program runs and tells: they outlive this process,
   * and count as lost if they are not told by `expires`.
   */
  askOutside(count: number, expires: Date): Promise<ActiveTrial[]> {
    this.#expires = expires;
    return this.ask(count).finally(() => (this.#expires = undefined));
  }

  /** One ask after the other: each must know the pending trials of those before it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#asking.then(work, work);
    this.#asking = turn.catch(() => undefined);
    return turn;
  }

  async #askOne(): Promise<ActiveTrial | undefined> {
    await this.#saveVersion();
    for (;;) {
      await this.refresh();
      const lost = await this.#restartLost();
      if (lost) return lost;
      const waiting = this.#history.waiting[0];
      const asked = waiting ? await this.#startWaiting(waiting) : await this.#startNew();
      // Lost a race for the trial or its number: look again.
      if (asked !== "raced") return asked;
    }
  }

  /** Before the first suggestion under it, so that a trial never names an unknown version. */
  async #saveVersion(): Promise<void> {
    if (this.#versionIsSaved) return;
    const system = { [VERSIONS_ATTRIBUTE]: versionsToJson(this.versions) };
    await this.#storage.setStudyAttributes(this.#record.id, { system });
    this.#versionIsSaved = true;
  }

  #suggest(number: number): { suggestion: Suggestion; asked: Asked } {
    const { finished } = this.#history;
    const running = this.#running();
    const pending = running.map((trial) => pendingOf(trial, this.directions));
    const suggestion = this.#suggester.suggest(number, finished, finished.length, pending);
    const version = this.versions.length - 1;
    const asked = { ...seenNow(finished.length, running), ...(version > 0 && { version }) };
    return { suggestion, asked };
  }

  async #startNew(): Promise<ActiveTrial | "raced" | undefined> {
    const number = this.#history.nextNumber;
    const { suggestion, asked } = this.#suggest(number);
    if (suggestion.kind === "exhausted") {
      this.note(suggestion.message);
      return undefined;
    }
    const start = this.#startAttributes(asked, suggestion.params, suggestion);
    const records = await this.#storage.createTrials(
      this.#record.id,
      [{ state: "running", reports: [], userAttrs: {}, ...start }],
      number,
    );
    return records ? this.#activate(records[0], suggestion.params, false) : "raced";
  }

  async #startWaiting(waiting: Trial): Promise<ActiveTrial | "raced"> {
    const { suggestion, asked } = this.#suggest(waiting.number);
    const suggested = suggestion.kind === "params" ? suggestion.params : {};
    const params = this.#suggester.fill(waiting.params, suggested, waiting.number);
    const start = this.#startAttributes(asked, params);
    const id = this.#history.idOf(waiting.number);
    const { systemAttrs: system, ...rest } = start;
    const change = { ...rest, attributes: { system } };
    if (!(await this.#storage.startTrial(id, change))) return "raced";
    const systemAttrs = { ...waiting.systemAttrs, ...system };
    const record = { ...waiting, ...start, systemAttrs, id, state: "running" as const };
    return this.#activate(record, params, false);
  }

  /** What a trial is started with; a define-by-run objective takes its parameters as it asks. */
  #startAttributes(asked: Asked, params: Params, suggestion?: Suggestion & { kind: "params" }) {
    const declared = this.version.space !== undefined;
    const distributions: Record<string, Distribution> = {};
    if (declared) {
      for (const { name, distribution } of this.version.space.parameters) {
        if (Object.hasOwn(params, name)) distributions[name] = distribution;
      }
    }
    const systemAttrs: Record<string, unknown> = {
      [RUNNING_ATTRIBUTE.asked]: declared ? asked : { ...asked, suggested: params },
      ...this.#holder(),
      ...(suggestion?.why && { [RUNNING_ATTRIBUTE.why]: suggestion.why }),
      ...(suggestion?.continueFrom !== undefined && {
        [RUNNING_ATTRIBUTE.continueFrom]: suggestion.continueFrom,
      }),
    };
    return { params: declared ? params : {}, distributions, startedAt: new Date(), systemAttrs };
  }

  /** Who answers for a trial that is started now. */
  #holder(): Record<string, unknown> {
    return this.#expires
      ? { [RUNNING_ATTRIBUTE.expires]: this.#expires.toISOString() }
      : { [RUNNING_ATTRIBUTE.runner]: this.#self };
  }

  #activate(record: TrialRecord, suggested: Params, restarted: boolean): ActiveTrial {
    this.#history.apply(record);
    const trial = this.#history.get(record.number) as RunningTrial;
    const active = new ActiveTrial(record.id, trial, suggested, this.#keeper, this.#abort.signal);
    this.#active.set(record.number, active);
    this.#hub.emit({ type: "started", trial, restarted });
    return active;
  }

  /** Whether a running trial is another process's, or another library's, that lives. */
  #fateOf(trial: RunningTrial): Fate {
    if (this.#active.has(trial.number)) return { kind: "runs" };
    return fateOf(trial, this.#parts.maxRestarts ?? 3, new Date());
  }

  /** Trials that are finished or under way: those that are lost will be started again. */
  get occupied(): number {
    const { complete, pruned, failed } = this.counts;
    const alive = this.#history.running.filter((trial) => this.#fateOf(trial).kind === "runs");
    return complete + pruned + failed + alive.length;
  }

  /** Restarts, in place, a trial whose process is dead; fails those that died too often. */
  async #restartLost(): Promise<ActiveTrial | undefined> {
    for (const trial of this.#history.running) {
      const fate = this.#fateOf(trial);
      if (fate.kind === "fail") {
        const failure = { reason: "lost", message: fate.message } as const;
        await this.#finish(trial, {}, { state: "failed", failure });
      } else if (fate.kind === "restart") {
        const restarted = await this.#restart(trial, fate);
        if (restarted) return restarted;
      }
    }
    return undefined;
  }

  async #restart(
    trial: RunningTrial,
    { attempts, heldBy }: Fate & { kind: "restart" },
  ): Promise<ActiveTrial | undefined> {
    const id = this.#history.idOf(trial.number);
    const startedAt = new Date();
    const system = { ...this.#holder(), [RUNNING_ATTRIBUTE.attempts]: attempts };
    const change = { clearReports: true, startedAt, attributes: { system } };
    const held = { name: RUNNING_ATTRIBUTE.runner, value: heldBy };
    if (!(await this.#storage.updateTrial(id, change, held))) return undefined;
    const asked = trial.systemAttrs[RUNNING_ATTRIBUTE.asked] as Asked | undefined;
    const systemAttrs = { ...trial.systemAttrs, ...system };
    const record = { ...trial, id, reports: [], startedAt, systemAttrs };
    return this.#activate(record, asked?.suggested ?? trial.params, true);
  }

  /** Hands a trial back, to be started again as it was: by the next ask, here or elsewhere. */
  async #release(trial: ActiveTrial): Promise<void> {
    this.#active.delete(trial.number);
    await this.#writer.settle(trial.id);
    const system = { [RUNNING_ATTRIBUTE.runner]: null };
    await this.#storage.updateTrial(trial.id, { attributes: { system } });
  }

  /**
   * Runs trials until a limit is reached or nothing is left to suggest, and gives the reason.
   * `objective`: a function, run in this thread; or the URL of the module whose default export it
   * is, run in `workers` threads; left out, the definition's.
   * @throws what the objective threw, unless `catch` says to go on
   */
  optimize(options?: OptimizeOptions): Promise<string>;
  optimize<P = Params>(objective: Objective<P> | URL, options?: OptimizeOptions): Promise<string>;
  async optimize(
    first: Objective<never> | URL | OptimizeOptions = {},
    second: OptimizeOptions = {},
  ): Promise<string> {
    const isObjective = typeof first === "function" || first instanceof URL;
    const { defaults } = this.#parts;
    const options = runOptions(isObjective ? second : first, defaults);
    const objective = isObjective ? first : undefined;
    const runner = await runnerFor(objective, this.name, options.workers ?? 1, defaults);
    try {
      return await this.optimizeWith(runner, options);
    } finally {
      // An aborted objective may never end; its threads are given up, not waited for.
      const closed = runner.close();
      if (!options.signal?.aborted) await closed;
    }
  }

  /** As `optimize`, with a runner of the caller's, who closes it. */
  async optimizeWith(runner: Runner, options: OptimizeOptions): Promise<string> {
    this.#stopRequested = false;
    return optimize(this, runner, options);
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
    this.#abort.abort();
    this.#abort = new AbortController();
    await Promise.all([...this.#active.values()].map((trial) => this.#release(trial)));
  }

  /** Whether the trial still runs here: it was neither told nor handed back. */
  holds(trial: ActiveTrial): boolean {
    return this.#active.get(trial.number) === trial;
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
    let known = this.#history.get(number);
    if (!this.#active.has(number)) {
      await this.refresh();
      known = this.#history.get(number);
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
    const reports = this.#active.get(number)?.reports ?? known.reports;
    return this.end(number, toldEnd(result, options, this.metrics, reports));
  }

  /** Ends a running trial. @throws TrialFinishedError if it ended before. */
  async end(number: number, end: End): Promise<FinishedTrial> {
    const active = this.#active.get(number);
    if (!active) return this.#finish(this.#history.get(number) as RunningTrial, {}, end);
    const { trial, attributes } = active.end();
    const rest = await this.#writer.settle(active.id);
    const system = { ...rest.attributes?.system, ...attributes?.system };
    return this.#finish(trial, { ...rest, attributes: { ...rest.attributes, system } }, end);
  }

  async #finish(
    trial: RunningTrial,
    rest: Parameters<Storage["updateTrial"]>[1],
    end: End,
  ): Promise<FinishedTrial> {
    const id = this.#history.idOf(trial.number);
    const failure: Failure | undefined = end.state === "failed" ? end.failure : undefined;
    const system = {
      ...rest.attributes?.system,
      ...(failure && { [ATTRIBUTE.failure]: failure }),
    };
    const values = end.state === "failed" ? undefined : end.values;
    const completedAt = new Date();
    const finishIndex = await this.#storage.finishTrial(id, {
      ...rest,
      attributes: { ...rest.attributes, system },
      state: end.state,
      values,
      completedAt,
    });
    this.#active.delete(trial.number);
    if (finishIndex === undefined) {
      await this.refresh();
      throw alreadyFinished(this.#history.get(trial.number) as FinishedTrial);
    }
    const systemAttrs = { ...trial.systemAttrs, ...system, [ATTRIBUTE.finishIndex]: finishIndex };
    this.#history.apply({ ...trial, id, state: end.state, values, completedAt, systemAttrs });
    const finished = this.#history.get(trial.number) as FinishedTrial;
    const isBest = this.#history.front.some((best) => best.number === trial.number);
    this.#hub.emit({ type: "finished", trial: finished, isBest });
    return finished;
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
      if (this.#history.trials.some((trial) => sameFixed(trial, params))) return undefined;
    }
    const records = await this.#storage.createTrials(this.#record.id, [
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
    const records = await this.#storage.createTrials(
      this.#record.id,
      trials.map((trial) => newFinishedTrial(trial, this.version.space, this.metrics)),
    );
    if (!records) throw new StorageError("The storage refused to add trials.");
    await this.refresh();
    return records.map((record) => this.#history.get(record.number) as FinishedTrial);
  }

  async setUserAttr(name: string, value: unknown): Promise<void> {
    await this.#storage.setStudyAttributes(this.#record.id, { user: { [name]: value } });
    this.#record = { ...this.#record, userAttrs: { ...this.#record.userAttrs, [name]: value } };
  }

  /** What happens from now on; the loop ends when `optimize` does. */
  events(): AsyncGenerator<StudyEvent> {
    return this.#hub.iterate();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: Listener): () => void {
    return this.#hub.subscribe(listener);
  }

  /** Tells listeners; each message once. */
  note(message: string): void {
    if (this.#noted.has(message)) return;
    this.#noted.add(message);
    this.#hub.emit({ type: "note", message });
  }

  /** Tells listeners that `optimize` ended. */
  announceStop(reason: string): void {
    this.#hub.emit({ type: "stopped", reason });
  }

  #keep(): TrialKeeper {
    return {
      seed: this.seed,
      write: (trialId, change) => this.#writer.write(trialId, change),
      reported: ({ number }, report) => this.#hub.emit({ type: "reported", number, report }),
      shouldPrune: (trial) => this.#shouldPrune(trial),
      knownDistribution: (name) =>
        this.space.parameters.find((parameter) => parameter.name === name)?.distribution,
      note: (message) => this.note(message),
    };
  }

  #shouldPrune(trial: ActiveTrial): boolean {
    if (!this.#pruning) return false;
    const others = this.#running().filter((other) => other.number !== trial.number);
    return this.#pruning.shouldPrune(trial.snapshot(), others, this.#history.finished);
  }

  /** Running trials by number, those of this process with their reports up to now. */
  #running(): RunningTrial[] {
    return this.#history.running.map(
      (trial) => this.#active.get(trial.number)?.snapshot() ?? trial,
    );
  }
}

const alreadyFinished = (trial: FinishedTrial): TrialFinishedError =>
  new TrialFinishedError(
    `tell: trial ${trial.number} is already ${trial.state}; finished trials never change. ` +
      "Pass skipIfFinished to let it be.",
  );
