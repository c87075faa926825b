import type { TrialRecord, Turn } from "../../contracts/storage.ts";
import type { FinishedTrial, RunningTrial } from "../../contracts/trial.ts";
import { AskQueue } from "./ask-queue.ts";
import { failUnstartable } from "./fail-unstartable.ts";
import {
  planTrials,
  type Ask,
  type Plan,
  type PlannedTrial,
  type PlanParts,
} from "./plan-trials.ts";
import { Proposals } from "./proposals.ts";
import { failLost } from "./restart-lost.ts";
import type { StudyState } from "../study-state.ts";
import type { Suggester } from "./suggester.ts";
import { Suggestions } from "./suggestions.ts";
import { ActiveTrial } from "../trial/active-trial.ts";
import type { TrialHooks } from "../trial/trial-hooks.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Asked } from "../trial/start-attributes.ts";
import { leaseOf } from "../trial/trial-lease.ts";
import { trialStarts } from "../trial/trial-start.ts";

/** A trial, or why there is none. */
export type AskOutcome =
  | { readonly kind: "trial"; readonly trial: ActiveTrial }
  | { readonly kind: "exhausted" | "unwanted" }
  /** The study has its total, or `why` says why there is none now. */
  | { readonly kind: "full"; readonly why?: string };

/** The result of a turn. */
type Outcome =
  | { readonly kind: "started"; readonly plans: readonly Plan[]; readonly created: CreatedTrials }
  /**
   * The turn has to be taken again: something had to be done first, or no proposal fitted. `failed`
   * are the numbers of trials that it failed.
   */
  | { readonly kind: "again"; readonly failed: readonly number[] };
type CreatedTrials = ReadonlyMap<number, TrialRecord>;

/** How often suggestions are proposed ahead of a turn before they are made in the turn. */
const PROPOSALS = 2;

/** Thrown in a turn to roll it back and take it again. */
class RacedError extends Error {}

/** Starts trials: lost ones again, queued ones, and those that the strategy suggests. */
export class TrialStarter {
  readonly suggestions: Suggestions;
  readonly #state: StudyState;
  readonly #hooks: TrialHooks;
  readonly #startOf: ReturnType<typeof trialStarts>;
  readonly #queue = new AskQueue<Ask, AskOutcome>((asks) => this.#serve(asks));
  /** Whether the last turn had no trial for anybody. */
  #gaveNone = false;

  constructor(state: StudyState, hooks: TrialHooks) {
    this.#state = state;
    this.#hooks = hooks;
    this.#startOf = trialStarts(state.version.space);
    this.suggestions = new Suggestions(state);
  }

  get suggester(): Suggester {
    return this.suggestions.suggester;
  }

  /** Answers all asks of one turn of the event loop together, in one turn of the study. */
  ask(ask: Ask): Promise<AskOutcome> {
    return this.#queue.push(ask);
  }

  /** Answers the first asks, as many as one turn of the study has time for. */
  async #serve(asks: readonly Ask[]): Promise<readonly AskOutcome[]> {
    const none = await this.#noneWithoutTurn(asks);
    if (none) return none;
    for (let attempt = 0; ; attempt++) {
      await this.#state.watchLeases();
      const proposals = attempt < PROPOSALS ? await this.#propose(asks) : undefined;
      const take = (turn: Turn): Promise<Outcome> => this.#takeTurn(turn, asks, proposals);
      const outcome = await this.#state.inTurn(take).catch(raced);
      if (outcome.kind === "started") return this.#answers(outcome);
      await this.#state.refresh();
      for (const number of outcome.failed) this.#announceFailed(number);
    }
  }

  /**
   * Why there is no trial for these asks, where that is seen without the study's lock: many may
   * wait. It is looked for where the study seems full, or had nothing the last time.
   */
  async #noneWithoutTurn(asks: readonly Ask[]): Promise<readonly AskOutcome[] | undefined> {
    if (!this.#gaveNone && !this.#seemsFull(asks)) return undefined;
    await this.#state.refresh();
    await this.#state.watchLeases();
    if (this.#seemsFull(asks)) return asks.map(() => ({ kind: "full" }));
    if (!this.#gaveNone || !this.#isSettled(asks)) return undefined;
    const suggest = this.suggestions.ahead() ?? this.suggestions.inTurn;
    const plans = await planTrials(this.#parts, asks, suggest);
    return plans.length > 0 && plans.every(isNone) ? plans.map(noneOf) : undefined;
  }

  #seemsFull(asks: readonly Ask[]): boolean {
    const { running, ran } = this.#state.history;
    const isFull = ({ total = Infinity }: Ask): boolean => ran + running.length >= total;
    return asks.every(isFull) && this.#isSettled(asks);
  }

  /** Whether a turn would change nothing but for trials that it starts for these asks. */
  #isSettled(asks: readonly Ask[]): boolean {
    const { history, versions } = this.#state;
    if (history.waiting.length > 0 || !versions.areSaved) return false;
    const isHeld = (trial: RunningTrial): boolean =>
      ["leave", "wait"].includes(this.#state.actionFor(trial).kind);
    return asks.every(({ behind }) => behind === undefined) && history.running.every(isHeld);
  }

  /** Proposes suggestions ahead of the turn; undefined if they are made in the turn instead. */
  async #propose(asks: readonly Ask[]): Promise<Proposals | undefined> {
    const { running } = this.#state.history.counts;
    const suggest = running + asks.length > 1 && this.suggestions.ahead();
    if (!suggest) return undefined;
    await this.#state.refresh();
    const proposals = new Proposals(this.#state);
    await planTrials(this.#parts, asks, async (trial) => {
      const suggested = await suggest(trial);
      if (suggested) proposals.add(trial, suggested);
      return suggested;
    });
    return proposals;
  }

  get #parts(): PlanParts {
    return { state: this.#state, suggester: this.suggester, startOf: this.#startOf };
  }

  async #takeTurn(
    turn: Turn,
    asks: readonly Ask[],
    proposals: Proposals | undefined,
  ): Promise<Outcome> {
    const state = this.#state;
    if (!(await haveEnded(asks))) return { kind: "again", failed: [] };
    // Finished trials of another library need their finish indexes first.
    if (state.history.hasUnindexed) return { kind: "again", failed: [] };
    const failed = [...(await failLost(state, turn)), ...(await failUnstartable(state, turn))];
    if (failed.length > 0) return { kind: "again", failed };
    await state.versions.save(turn);
    const plans = await planTrials(this.#parts, asks, proposals?.take ?? this.suggestions.inTurn);
    if (plans.length === 0) return { kind: "again", failed: [] };
    if (state.isShared) await state.heartbeat.within(turn, new Set(plans.flatMap(workerOf)));
    const created = await write(state, turn, plans);
    return { kind: "started", plans, created };
  }

  #answers({ plans, created }: Outcome & { kind: "started" }): readonly AskOutcome[] {
    this.#state.versions.saved();
    this.#gaveNone = plans.every(isNone);
    return plans.map((plan) => {
      if (isNone(plan)) {
        if (plan.kind === "exhausted") this.#state.hub.note(plan.message);
        return noneOf(plan);
      }
      const { number } = plan.trial;
      const record = created.get(number) ?? {
        ...plan.trial,
        id: this.#state.history.idOf(number),
      };
      return { kind: "trial", trial: this.#activate(record, plan) };
    });
  }

  /** Goes on with a trial that an earlier process gave to a worker, which still runs it. */
  adopt(trial: RunningTrial): ActiveTrial {
    const asked = trial.systemAttrs[ATTRIBUTE.asked] as Asked | undefined;
    const id = this.#state.history.idOf(trial.number);
    const active = new ActiveTrial(id, trial, asked?.suggested ?? trial.params, this.#hooks);
    this.#state.activate(active);
    return active;
  }

  #activate(record: TrialRecord, { kind, suggested }: PlannedTrial): ActiveTrial {
    this.#state.history.apply(record);
    const trial = this.#state.history.get(record.number) as RunningTrial;
    const active = new ActiveTrial(record.id, trial, suggested, this.#hooks);
    this.#state.activate(active);
    this.#state.hub.emit({ type: "started", trial, restarted: kind === "restart" });
    return active;
  }

  #announceFailed(number: number): void {
    const trial = this.#state.history.get(number) as FinishedTrial;
    this.#state.hub.emit({ type: "finished", trial, isBest: false });
  }
}

/**
 * Whether the trials' ends before these asks are written; it does not wait for those that are not.
 */
async function haveEnded(asks: readonly Ask[]): Promise<boolean> {
  const ends = asks.flatMap(({ behind }) => behind?.end ?? []);
  if (ends.length === 0) return true;
  const written = Promise.all(ends).then(() => true);
  return Promise.race([written, new Promise<false>((resolve) => setImmediate(resolve, false))]);
}

const isNone = (plan: Plan): plan is Exclude<Plan, PlannedTrial> => !("trial" in plan);

const noneOf = ({ kind }: Exclude<Plan, PlannedTrial>): AskOutcome => ({ kind });

/** The worker that is to run a planned trial, if known. */
const workerOf = (plan: Plan): string[] => {
  const lease = "trial" in plan ? leaseOf(plan.trial.systemAttrs) : undefined;
  return lease ? [lease.worker] : [];
};

/** Writes what is planned. @returns the trials that are new, by number */
async function write(
  state: StudyState,
  turn: Turn,
  plans: readonly Plan[],
): Promise<CreatedTrials> {
  const started: boolean[] = [];
  for (const plan of plans) {
    if (plan.kind === "queued") {
      const { systemAttrs: system, ...rest } = plan.start;
      const id = state.history.idOf(plan.trial.number);
      started.push(await turn.startTrial(id, { ...rest, attributes: { system } }));
    } else if (plan.kind === "restart") {
      const id = state.history.idOf(plan.trial.number);
      started.push(await turn.updateTrial(id, plan.change));
    }
  }
  // Another library, which takes no lock of the study for it, may have started the trial meanwhile.
  if (started.includes(false)) throw new RacedError();
  const fresh = plans.filter((plan) => plan.kind === "new");
  if (fresh.length === 0) return new Map();
  const records = await turn.createTrials(
    fresh.map(({ start }) => ({ state: "running", reports: [], userAttrs: {}, ...start })),
    true,
  );
  return new Map(records.map((record) => [record.number, record]));
}

function raced(error: unknown): Outcome {
  if (error instanceof RacedError) return { kind: "again", failed: [] };
  throw error;
}
