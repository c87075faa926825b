import { ActiveTrial, type TrialKeeper } from "./active-trial.ts";
import { HpoError, StorageError, TrialFinishedError } from "./errors.ts";
import { EventHub, type Listener, type StudyEvent } from "./events.ts";
import { History } from "./history.ts";
import type { LiveTrial } from "./live-trial.ts";
import { isAlive, thisProcess, type RunnerIdentity } from "./liveness.ts";
import { observationOf, pendingOf } from "./observation.ts";
import { checkEnqueued, newFinishedTrial, sameFixed, type AddedTrial } from "./added-trials.ts";
import type { Pruner } from "./pruners/pruner.ts";
import { toldEnd, type End, type Metrics, type TellOptions } from "./result.ts";
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
import type { StudyVersion } from "./study-version.ts";
import { pendingAsSeen, seenNow, Suggester, type Seen } from "./suggester.ts";
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

export interface StudyParts {
  readonly storage: Storage;
  readonly record: StudyRecord;
  readonly metricNames?: readonly string[];
  /** The last one is in force. */
  readonly versions: readonly StudyVersion[];
  readonly strategy: Strategy;
  readonly pruner?: Pruner;
  readonly repeats?: boolean;
  readonly trialBudget?: number;
  /** How often a trial whose process died is started again; 3 if left out. */
  readonly maxRestarts?: number;
}

/** The system attributes of a running trial. */
export const RUNNING_ATTRIBUTE = {
  /** What its suggestion had seen, and under which version: makes it replayable. */
  asked: "hpo:asked",
  /** Who runs it; null: whoever did let it go. */
  runner: "hpo:runner",
  /** How often it was started again. */
  attempts: "hpo:attempts",
  /** When a trial that was asked from outside counts as lost (ISO 8601). */
  expires: "hpo:expires",
} as const;

export interface Asked extends Seen {
  /** Index among the study's versions; 0 if left out. */
  readonly version?: number;
  /** Define-by-run: what was suggested before the objective asked. */
  readonly suggested?: Params;
}

/** How often the trials of dead processes are looked for. */
const RECOVERY_INTERVAL_MS = 1000;

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
  #pruning: { state: unknown; folded: number } | undefined;
  #recoveredAt = -Infinity;

  /** Use `openStudy`, `createStudy` or `loadStudy`. */
  constructor(parts: StudyParts) {
    this.#parts = parts;
    this.#storage = parts.storage;
    this.#record = parts.record;
    this.#history = new History(parts.record.directions);
    this.#writer = new TrialWriter(parts.storage);
    this.#suggester = new Suggester({
      strategy: parts.strategy,
      directions: parts.record.directions,
      seed: this.version.seed,
      space: this.version.space,
      trialBudget: parts.trialBudget,
      repeats: parts.repeats,
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

  /** One ask after the other: each must know the pending trials of those before it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#asking.then(work, work);
    this.#asking = turn.catch(() => undefined);
    return turn;
  }

  async #askOne(): Promise<ActiveTrial | undefined> {
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

  #suggest(number: number): { suggestion: Suggestion; asked: Asked } {
    const { finished } = this.#history;
    const running = this.#history.running.map(
      (trial) => this.#active.get(trial.number)?.snapshot() ?? trial,
    );
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
      [RUNNING_ATTRIBUTE.runner]: this.#self,
      ...(suggestion?.why && { "hpo:why": suggestion.why }),
      ...(suggestion?.continueFrom !== undefined && { "hpo:continueFrom": suggestion.continueFrom }),
    };
    return { params: declared ? params : {}, distributions, startedAt: new Date(), systemAttrs };
  }

  #activate(record: TrialRecord, suggested: Params, restarted: boolean): ActiveTrial {
    this.#history.apply(record);
    const trial = this.#history.get(record.number) as RunningTrial;
    const active = new ActiveTrial(record.id, trial, suggested, this.#keeper);
    this.#active.set(record.number, active);
    this.#hub.emit({ type: "started", trial, restarted });
    return active;
  }

  /** Restarts, in place, a trial whose process is dead; fails one that died too often. */
  async #restartLost(): Promise<ActiveTrial | undefined> {
    for (const trial of this.#history.running) {
      if (this.#active.has(trial.number)) continue;
      const restarted = await this.#restartIfLost(trial);
      if (restarted) return restarted;
    }
    return undefined;
  }

  async #restartIfLost(trial: RunningTrial): Promise<ActiveTrial | undefined> {
    const { systemAttrs } = trial;
    const expires = systemAttrs[RUNNING_ATTRIBUTE.expires];
    if (typeof expires === "string") {
      if (Date.parse(expires) <= Date.now()) {
        await this.#fail(trial, `It was asked for and not told by ${expires}.`);
      }
      return undefined;
    }
    const runner = systemAttrs[RUNNING_ATTRIBUTE.runner] as RunnerIdentity | null | undefined;
    if (runner === undefined) return undefined;
    if (runner !== null && isAlive(runner) !== false) return undefined;
    const attempts = Number(systemAttrs[RUNNING_ATTRIBUTE.attempts] ?? 0) + 1;
    const limit = this.#parts.maxRestarts ?? 3;
    if (attempts > limit) {
      await this.#fail(trial, `Its process died, and so did those of ${limit} restarts.`);
      return undefined;
    }
    return this.#restart(trial, runner, attempts);
  }

  async #restart(
    trial: RunningTrial,
    runner: RunnerIdentity | null,
    attempts: number,
  ): Promise<ActiveTrial | undefined> {
    const id = this.#history.idOf(trial.number);
    const startedAt = new Date();
    const system = {
      [RUNNING_ATTRIBUTE.runner]: this.#self,
      [RUNNING_ATTRIBUTE.attempts]: attempts,
    };
    const change = { clearReports: true, startedAt, attributes: { system } };
    const held = { name: RUNNING_ATTRIBUTE.runner, value: runner };
    if (!(await this.#storage.updateTrial(id, change, held))) return undefined;
    const systemAttrs = { ...trial.systemAttrs, ...system };
    const asked = systemAttrs[RUNNING_ATTRIBUTE.asked] as Asked | undefined;
    const record = { ...trial, id, reports: [], startedAt, systemAttrs };
    return this.#activate(record, asked?.suggested ?? trial.params, true);
  }

  #fail(trial: RunningTrial, message: string): Promise<unknown> {
    return this.#finish(trial, {}, { state: "failed", failure: { reason: "lost", message } });
  }

  /** Hands a trial back, to be started again as it was: by the next ask, here or elsewhere. */
  async release(trial: ActiveTrial): Promise<void> {
    const attempts = Number(trial.snapshot().systemAttrs[RUNNING_ATTRIBUTE.attempts] ?? 0) - 1;
    await this.#writer.settle(trial.id);
    const system = { [RUNNING_ATTRIBUTE.runner]: null, [RUNNING_ATTRIBUTE.attempts]: attempts };
    await this.#storage.updateTrial(trial.id, { attributes: { system } });
    this.#active.delete(trial.number);
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

  readonly #keeper: TrialKeeper = {
    seed: 0,
    write: (trialId, change) => this.#writer.write(trialId, change),
    reported: (trial, report) =>
      this.#hub.emit({ type: "reported", number: trial.number, report }),
    shouldPrune: (trial) => this.#shouldPrune(trial),
    knownDistribution: (name) =>
      this.space.parameters.find((parameter) => parameter.name === name)?.distribution,
    note: (message) => this.note(message),
  };

  #shouldPrune(trial: ActiveTrial): boolean {
    const { pruner } = this.#parts;
    if (!pruner) return false;
    if (this.directions.length > 1) {
      throw new HpoError(
        `Study "${this.name}" has ${this.directions.length} metrics; a pruner follows one. ` +
          "Drop the pruner or the call of shouldPrune.",
      );
    }
    const pruning = (this.#pruning ??= { state: pruner.init(), folded: 0 });
    for (const { finished } = this.#history; pruning.folded < finished.length; pruning.folded++) {
      const observation = observationOf(finished[pruning.folded], this.directions);
      pruning.state = pruner.observe(pruning.state, observation);
    }
    const others = this.#history.running
      .filter((other) => other.number !== trial.number)
      .map((other) => this.#active.get(other.number)?.snapshot() ?? other);
    return pruner.shouldPrune(pruning.state, {
      trial: pendingOf(trial.snapshot(), this.directions),
      pending: others.map((other) => pendingOf(other, this.directions)),
    });
  }
}

const alreadyFinished = (trial: FinishedTrial): TrialFinishedError =>
  new TrialFinishedError(
    `tell: trial ${trial.number} is already ${trial.state}; finished trials never change. ` +
      "Pass skipIfFinished to let it be.",
  );

export { pendingAsSeen, RECOVERY_INTERVAL_MS };
