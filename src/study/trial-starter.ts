import { pendingOf } from "../contracts/observation.ts";
import { ATTRIBUTE, type TrialRecord } from "../contracts/storage.ts";
import type { Suggestion } from "../contracts/strategy.ts";
import type { Attributes, RunningTrial, Trial } from "../contracts/trial.ts";
import type { Distribution } from "../space/distribution.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import { thisProcess, type RunnerIdentity } from "../system/process-identity.ts";
import { restartLost } from "./restart-lost.ts";
import type { StudyState } from "./study-state.ts";
import { VERSIONS_ATTRIBUTE, versionsToJson, watchedPriorOf } from "./study-version.ts";
import { seenNow, Suggester } from "./suggester.ts";
import { ActiveTrial } from "./trial/active-trial.ts";
import { RUNNING_ATTRIBUTE, type Asked } from "./trial/start-attributes.ts";
import type { TrialHooks } from "./trial/trial-hooks.ts";

/** Starts trials: lost ones again, queued ones, and those that the strategy suggests. */
export class TrialStarter {
  readonly suggester: Suggester;
  readonly #state: StudyState;
  readonly #hooks: TrialHooks;
  readonly #self: RunnerIdentity = thisProcess();
  #underWay = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #versionIsSaved: boolean;
  #allDistributions: Readonly<Record<string, Distribution>> | undefined;

  constructor(state: StudyState, hooks: TrialHooks) {
    const { strategy, repeats, isNewVersion, record } = state.parts;
    this.#state = state;
    this.#hooks = hooks;
    this.#versionIsSaved = !isNewVersion;
    const { seed, space, trialBudget } = state.version;
    const { directions } = record;
    this.suggester = new Suggester({
      strategy,
      directions,
      seed,
      space,
      prior: watchedPriorOf(state.version),
      onPriorChange: (message) => state.hub.note(message),
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
    let trial: ActiveTrial | undefined;
    try {
      trial = await this.#askOne(this.#holder(expires));
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

  async #askOne(holder: Attributes): Promise<ActiveTrial | undefined> {
    await this.#saveVersion();
    for (;;) {
      await this.#state.refresh();
      const lost = await restartLost(this.#state, holder);
      if (lost) return this.#activateAgain(lost.id, lost.trial);
      const waiting = this.#state.history.waiting[0];
      const asked = waiting
        ? await this.#startWaiting(waiting, holder)
        : await this.#startNew(holder);
      // Another process took the trial or its number: look again.
      if (asked !== "raced") return asked;
    }
  }

  /** Before the first suggestion under it, so that a trial never names an unknown version. */
  async #saveVersion(): Promise<void> {
    if (this.#versionIsSaved) return;
    const system = { [VERSIONS_ATTRIBUTE]: versionsToJson(this.#state.parts.versions) };
    await this.#state.storage.setStudyAttributes(this.#state.record.id, { system });
    this.#versionIsSaved = true;
  }

  #suggest(number: number): { suggestion: Suggestion; asked: Asked } {
    const { finished } = this.#state.history;
    const running = this.#state.running();
    const pending = running.map((trial) => pendingOf(trial, this.#state.record.directions));
    const suggestion = this.suggester.suggest(number, finished, finished.length, pending);
    const version = this.#state.parts.versions.length - 1;
    const asked = { ...seenNow(finished.length, running), ...(version > 0 && { version }) };
    return { suggestion, asked };
  }

  async #startNew(holder: Attributes): Promise<ActiveTrial | "raced" | undefined> {
    const number = this.#state.history.nextNumber;
    const { suggestion, asked } = this.#suggest(number);
    if (suggestion.kind === "exhausted") {
      this.#state.hub.note(suggestion.message);
      return undefined;
    }
    const start = this.#startOf(asked, suggestion.params, holder, suggestion);
    const records = await this.#state.storage.createTrials(
      this.#state.record.id,
      [{ state: "running", reports: [], userAttrs: {}, ...start }],
      number,
    );
    return records ? this.#activate(records[0], suggestion.params, false) : "raced";
  }

  async #startWaiting(waiting: Trial, holder: Attributes): Promise<ActiveTrial | "raced"> {
    const { suggestion, asked } = this.#suggest(waiting.number);
    const suggested = suggestion.kind === "params" ? suggestion.params : {};
    const params = this.suggester.fill(waiting.params, suggested, waiting.number);
    const start = this.#startOf(asked, params, holder);
    const id = this.#state.history.idOf(waiting.number);
    const { systemAttrs: system, ...rest } = start;
    const change = { ...rest, attributes: { system } };
    if (!(await this.#state.storage.startTrial(id, change))) return "raced";
    const systemAttrs = { ...waiting.systemAttrs, ...system };
    const record = { ...waiting, ...start, systemAttrs, id, state: "running" as const };
    return this.#activate(record, params, false);
  }

  /** What a trial is started with; a define-by-run objective takes its parameters as it asks. */
  #startOf(
    asked: Asked,
    params: Params,
    holder: Attributes,
    suggestion?: Suggestion & { kind: "params" },
  ) {
    const { space } = this.#state.version;
    const distributions = space ? this.#distributionsOf(space, params) : {};
    const systemAttrs: Record<string, unknown> = {
      [RUNNING_ATTRIBUTE.asked]: space ? asked : { ...asked, suggested: params },
      ...holder,
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

  /** Says who runs a trial that is started now: this process, or with `expires` someone outside. */
  #holder(expires: Date | undefined): Attributes {
    return expires
      ? { [RUNNING_ATTRIBUTE.expires]: expires.toISOString() }
      : { [RUNNING_ATTRIBUTE.runner]: this.#self };
  }

  #activateAgain(id: number, trial: RunningTrial): ActiveTrial {
    const asked = trial.systemAttrs[RUNNING_ATTRIBUTE.asked] as Asked | undefined;
    return this.#activate({ ...trial, id }, asked?.suggested ?? trial.params, true);
  }

  #activate(record: TrialRecord, suggested: Params, restarted: boolean): ActiveTrial {
    this.#state.history.apply(record);
    const trial = this.#state.history.get(record.number) as RunningTrial;
    const active = new ActiveTrial(record.id, trial, suggested, this.#hooks);
    this.#state.active.set(record.number, active);
    this.#underWay--;
    this.#state.hub.emit({ type: "started", trial, restarted });
    return active;
  }
}
