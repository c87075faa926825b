import { ActiveTrial, type TrialKeeper } from "./trial/active-trial.ts";
import { thisProcess, type RunnerIdentity } from "../system/process-identity.ts";
import { pendingOf } from "../contracts/observation.ts";
import { RUNNING_ATTRIBUTE, type Asked, type Fate } from "./trial/trial-fate.ts";
import type { Distribution } from "../space/distribution.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import { ATTRIBUTE, type TrialRecord } from "../contracts/storage.ts";
import type { Suggestion } from "../contracts/strategy.ts";
import type { StudyCore } from "./study-state.ts";
import { VERSIONS_ATTRIBUTE, versionsToJson, watchedPriorOf } from "./study-version.ts";
import { seenNow, Suggester } from "./suggester.ts";
import type { Attributes, RunningTrial, Trial } from "../contracts/trial.ts";

/** Optuna's own attributes of a trial that is tried again. */
const RETRY_ATTRIBUTE = { first: "failed_trial", history: "retry_history" } as const;

/** Starts trials: lost ones again, queued ones, and those that the strategy suggests. */
export class Asking {
  readonly suggester: Suggester;
  readonly #core: StudyCore;
  readonly #keeper: TrialKeeper;
  readonly #self: RunnerIdentity = thisProcess();
  #underWay = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #versionIsSaved: boolean;
  #allDistributions: Readonly<Record<string, Distribution>> | undefined;
  /** Of trials that are asked from outside. */
  #expires: Date | undefined;

  constructor(core: StudyCore, keeper: TrialKeeper) {
    const { strategy, repeats, isNewVersion, record } = core.parts;
    this.#core = core;
    this.#keeper = keeper;
    this.#versionIsSaved = !isNewVersion;
    const { seed, space, trialBudget } = core.version;
    const { directions } = record;
    this.suggester = new Suggester({
      strategy,
      directions,
      seed,
      space,
      prior: watchedPriorOf(core.version),
      onPriorChange: (message) => core.hub.note(message),
      trialBudget,
      repeats,
    });
  }

  /**
   * Up to `count` trials; fewer when nothing is left to suggest. With `expires`, another program
   * runs them, and they count as lost if they are not told by then.
   */
  async ask(count: number, expires?: Date): Promise<ActiveTrial[]> {
    const trials: ActiveTrial[] = [];
    for (let i = 0; i < count; i++) {
      this.#underWay++;
      const trial = await this.#inTurn(() => this.#takeTurn(expires));
      if (!trial) break;
      trials.push(trial);
    }
    return trials;
  }

  /** Asks whose trials do not count as running yet. */
  get underWay(): number {
    return this.#underWay;
  }

  async #takeTurn(expires: Date | undefined): Promise<ActiveTrial | undefined> {
    this.#expires = expires;
    let trial: ActiveTrial | undefined;
    try {
      trial = await this.#askOne();
    } finally {
      // A trial that was started is counted down at that very moment.
      if (!trial) this.#underWay--;
    }
    return trial;
  }

  /** One ask after the other: each must know the pending trials of those before it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #askOne(): Promise<ActiveTrial | undefined> {
    await this.#saveVersion();
    for (;;) {
      await this.#core.refresh();
      const lost = await this.#restartLost();
      if (lost) return lost;
      const waiting = this.#core.history.waiting[0];
      const asked = waiting ? await this.#startWaiting(waiting) : await this.#startNew();
      // Lost a race for the trial or its number: look again.
      if (asked !== "raced") return asked;
    }
  }

  /** Before the first suggestion under it, so that a trial never names an unknown version. */
  async #saveVersion(): Promise<void> {
    if (this.#versionIsSaved) return;
    const system = { [VERSIONS_ATTRIBUTE]: versionsToJson(this.#core.parts.versions) };
    await this.#core.storage.setStudyAttributes(this.#core.record.id, { system });
    this.#versionIsSaved = true;
  }

  #suggest(number: number): { suggestion: Suggestion; asked: Asked } {
    const { finished } = this.#core.history;
    const running = this.#core.running();
    const pending = running.map((trial) => pendingOf(trial, this.#core.record.directions));
    const suggestion = this.suggester.suggest(number, finished, finished.length, pending);
    const version = this.#core.parts.versions.length - 1;
    const asked = { ...seenNow(finished.length, running), ...(version > 0 && { version }) };
    return { suggestion, asked };
  }

  async #startNew(): Promise<ActiveTrial | "raced" | undefined> {
    const number = this.#core.history.nextNumber;
    const { suggestion, asked } = this.#suggest(number);
    if (suggestion.kind === "exhausted") {
      this.#core.hub.note(suggestion.message);
      return undefined;
    }
    const start = this.#startAttributes(asked, suggestion.params, suggestion);
    const records = await this.#core.storage.createTrials(
      this.#core.record.id,
      [{ state: "running", reports: [], userAttrs: {}, ...start }],
      number,
    );
    return records ? this.#activate(records[0], suggestion.params, false) : "raced";
  }

  async #startWaiting(waiting: Trial): Promise<ActiveTrial | "raced"> {
    const { suggestion, asked } = this.#suggest(waiting.number);
    const suggested = suggestion.kind === "params" ? suggestion.params : {};
    const params = this.suggester.fill(waiting.params, suggested, waiting.number);
    const start = this.#startAttributes(asked, params);
    const id = this.#core.history.idOf(waiting.number);
    const { systemAttrs: system, ...rest } = start;
    const change = { ...rest, attributes: { system } };
    if (!(await this.#core.storage.startTrial(id, change))) return "raced";
    const systemAttrs = { ...waiting.systemAttrs, ...system };
    const record = { ...waiting, ...start, systemAttrs, id, state: "running" as const };
    return this.#activate(record, params, false);
  }

  /** What a trial is started with; a define-by-run objective takes its parameters as it asks. */
  #startAttributes(asked: Asked, params: Params, suggestion?: Suggestion & { kind: "params" }) {
    const { space } = this.#core.version;
    const distributions = space ? this.#distributionsOf(space, params) : {};
    const systemAttrs: Record<string, unknown> = {
      [RUNNING_ATTRIBUTE.asked]: space ? asked : { ...asked, suggested: params },
      ...this.#holder(),
      ...(suggestion?.why && { [RUNNING_ATTRIBUTE.why]: suggestion.why }),
      ...(suggestion?.continueFrom !== undefined && {
        [ATTRIBUTE.continueFrom]: suggestion.continueFrom,
      }),
      ...(suggestion?.maxStep !== undefined && { [ATTRIBUTE.maxStep]: suggestion.maxStep }),
    };
    return { params: space ? params : {}, distributions, startedAt: new Date(), systemAttrs };
  }

  /** The same object for each trial that has all parameters: there are as many as trials. */
  #distributionsOf(space: SearchSpace, params: Params): Readonly<Record<string, Distribution>> {
    const { parameters } = space;
    this.#allDistributions ??= Object.fromEntries(
      parameters.map(({ name, distribution }) => [name, distribution]),
    );
    if (parameters.every(({ name }) => Object.hasOwn(params, name))) return this.#allDistributions;
    return Object.fromEntries(
      parameters
        .filter(({ name }) => Object.hasOwn(params, name))
        .map(({ name, distribution }) => [name, distribution]),
    );
  }

  /** Who answers for a trial that is started now. */
  #holder(): Record<string, unknown> {
    return this.#expires
      ? { [RUNNING_ATTRIBUTE.expires]: this.#expires.toISOString() }
      : { [RUNNING_ATTRIBUTE.runner]: this.#self };
  }

  #activate(record: TrialRecord, suggested: Params, restarted: boolean): ActiveTrial {
    this.#core.history.apply(record);
    const trial = this.#core.history.get(record.number) as RunningTrial;
    const active = new ActiveTrial(record.id, trial, suggested, this.#keeper);
    this.#core.active.set(record.number, active);
    this.#underWay--;
    this.#core.hub.emit({ type: "started", trial, restarted });
    return active;
  }

  /** Restarts, in place, a trial whose process is dead; fails those that died too often. */
  async #restartLost(): Promise<ActiveTrial | undefined> {
    for (const trial of this.#core.history.running) {
      const fate = this.#core.fateOf(trial);
      if (fate.kind === "fail") await this.#failLost(trial, fate.message);
      else if (fate.kind === "restart" && this.#core.parts.lostTrials === "clone") {
        await this.#clone(trial);
      } else if (fate.kind === "restart") {
        const restarted = await this.#restart(trial, fate);
        if (restarted) return restarted;
      }
    }
    return undefined;
  }

  #failLost(trial: RunningTrial, message: string): Promise<unknown> {
    const failure = { reason: "lost", message } as const;
    return this.#core.finish(trial, {}, { state: "failed", failure });
  }

  /** Optuna's way (RetryFailedTrialCallback): the trial fails, and a copy of it is queued. */
  async #clone(trial: RunningTrial): Promise<void> {
    const { number, params, distributions, userAttrs, systemAttrs } = trial;
    await this.#failLost(trial, "Its process died.");
    const before = (systemAttrs[RETRY_ATTRIBUTE.history] ?? []) as readonly number[];
    const history = [...before, number];
    if (history.length > this.#core.parts.maxRestarts) return;
    const retry = {
      [RETRY_ATTRIBUTE.first]: systemAttrs[RETRY_ATTRIBUTE.first] ?? number,
      [RETRY_ATTRIBUTE.history]: history,
      ...pick(systemAttrs, [ATTRIBUTE.continueFrom, ATTRIBUTE.maxStep]),
    };
    const copy = { state: "waiting", params, distributions, reports: [], userAttrs } as const;
    await this.#core.storage.createTrials(this.#core.record.id, [{ ...copy, systemAttrs: retry }]);
    await this.#core.refresh();
  }

  async #restart(
    trial: RunningTrial,
    { attempts, heldBy }: Fate & { kind: "restart" },
  ): Promise<ActiveTrial | undefined> {
    const id = this.#core.history.idOf(trial.number);
    const startedAt = new Date();
    const system = { ...this.#holder(), [RUNNING_ATTRIBUTE.attempts]: attempts };
    const change = { clearReports: true, startedAt, attributes: { system } };
    const held = { name: RUNNING_ATTRIBUTE.runner, value: heldBy };
    if (!(await this.#core.storage.updateTrial(id, change, held))) return undefined;
    const asked = trial.systemAttrs[RUNNING_ATTRIBUTE.asked] as Asked | undefined;
    const systemAttrs = { ...trial.systemAttrs, ...system };
    const record = { ...trial, id, reports: [], startedAt, systemAttrs };
    return this.#activate(record, asked?.suggested ?? trial.params, true);
  }
}

const pick = (from: Attributes, names: readonly string[]): Attributes =>
  Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
