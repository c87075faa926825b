import type { TrialChange } from "../../contracts/storage.ts";
import type { Provenance } from "../../contracts/provenance.ts";
import type { RunningTrial, Trial } from "../../contracts/trial.ts";
import type { Params } from "../../space/search-space.ts";
import { trialOf } from "../../storage/record.ts";
import { nextRestart, type Restart } from "./restart-lost.ts";
import type { StudyState } from "../study-state.ts";
import type { Suggest } from "./request.ts";
import type { Suggester } from "./suggester.ts";
import { leftOutNote } from "../trial/queued-params.ts";
import type { Asked } from "../trial/start-attributes.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { holderOf, type RemoteSlot, type Starter } from "../trial/trial-lease.ts";
import type { trialStarts, TrialStart } from "../trial/trial-start.ts";

/** One trial that is asked for. */
export interface Ask {
  /** Another program runs it, and it counts as lost if it is not told by then. */
  readonly expires?: Date;
  /** A worker elsewhere runs it. */
  readonly remote?: RemoteSlot;
  /**
   * No trial is started beyond this many in the study, finished, running and queued ones included.
   */
  readonly total?: number;
  /** The code and versions that this process runs it with. */
  readonly provenance?: Provenance;
  readonly behind?: Behind;
}

/**
 * The end of a trial, still being written as the next one is asked for: one round trip for both.
 */
export interface Behind {
  /** Settles when the end is written, or is known to have failed. */
  readonly end: Promise<void>;
  /** Whether the next trial is still wanted, now that this end is known. */
  readonly isWanted: () => boolean;
}

/** What answers an ask: a trial that is to be started, or why there is none. */
export type Plan =
  | PlannedTrial
  | { readonly kind: "exhausted"; readonly message: string }
  /** The asker no longer needs a trial. */
  | { readonly kind: "unwanted" }
  /** The study has its total. */
  | { readonly kind: "full" };

export type PlannedTrial =
  | ({ readonly kind: "restart"; readonly change: TrialChange } & Startable)
  | ({ readonly kind: "queued"; readonly start: TrialStart } & Startable)
  | ({ readonly kind: "new"; readonly start: TrialStart } & Startable);

interface Startable {
  /** The trial as it will be once it runs. */
  readonly trial: RunningTrial;
  /** Values for parameters that the objective has yet to ask for. */
  readonly suggested: Params;
}

/** What a planner needs. */
export interface PlanParts {
  readonly state: StudyState;
  /** Suggests the parameters that a queued trial leaves open. */
  readonly suggester: Suggester;
  readonly startOf: ReturnType<typeof trialStarts>;
}

/** No suggestion is begun after this time in a turn, for whose end other processes wait. */
const TURN_MS = 1000;

/**
 * Plans the answers to asks, or to the first of them if time or suggestions run out. Each
 * suggestion sees the trials planned before it as pending.
 */
export async function planTrials(
  parts: PlanParts,
  asks: readonly Ask[],
  suggest: Suggest,
): Promise<readonly Plan[]> {
  const planner = new Planner(parts, suggest);
  const deadline = performance.now() + TURN_MS;
  const plans: Plan[] = [];
  for (const ask of asks) {
    if (plans.length > 0 && performance.now() > deadline) break;
    const plan = await planner.plan(ask);
    if (!plan) break;
    plans.push(plan);
  }
  return plans;
}

class Planner {
  readonly #parts: PlanParts;
  readonly #suggestFor: Suggest;
  /** The trials that run or are planned to, by number. */
  readonly #running: Map<number, RunningTrial>;
  /** How many trials had finished when the plan was begun. */
  readonly #finished: number;
  /** The numbers of the trials that are planned to run. */
  readonly #planned: number[] = [];
  readonly #restarted = new Set<number>();
  readonly #queue: Trial[];
  #nextNumber: number;

  constructor(parts: PlanParts, suggest: Suggest) {
    const { state } = parts;
    this.#parts = parts;
    this.#suggestFor = suggest;
    this.#running = new Map(state.running().map((trial) => [trial.number, trial]));
    this.#finished = state.history.finished.length;
    this.#queue = [...state.history.waiting];
    this.#nextNumber = state.history.nextNumber;
  }

  /** Undefined if it needs a suggestion and there is none. */
  async plan(ask: Ask): Promise<Plan | undefined> {
    const { expires, remote, total = Infinity, provenance, behind } = ask;
    const { state } = this.#parts;
    if (behind && !behind.isWanted()) return { kind: "unwanted" };
    const { isShared, file } = state;
    const starter = { expires, remote, provenance, isShared, file };
    const lost = nextRestart(state, this.#restarted, starter);
    if (lost) return this.#restart(lost);
    // All running trials count, lost ones too, as these will be run again.
    if (state.history.ran + this.#running.size >= total) return { kind: "full" };
    const waiting = this.#queue.shift();
    return waiting ? this.#queued(waiting, starter) : this.#new(starter);
  }

  #restart({ trial, change }: Restart): Plan {
    this.#restarted.add(trial.number);
    this.#add(trial);
    const asked = trial.systemAttrs[ATTRIBUTE.asked] as Asked | undefined;
    return { kind: "restart", trial, change, suggested: asked?.suggested ?? trial.params };
  }

  async #queued(waiting: Trial, starter: Starter): Promise<Plan | undefined> {
    const { state, suggester, startOf } = this.#parts;
    const answer = await this.#suggest(waiting.number);
    if (!answer) return undefined;
    const { suggestion, asked } = answer;
    const proposed = suggestion.kind === "params" ? suggestion.params : {};
    const suggested = suggester.fill(waiting.params, proposed, waiting.number);
    const { space } = state.version;
    const note = space && leftOutNote(waiting, suggested, space);
    if (note !== undefined) state.hub.note(note);
    const start = startOf(asked, suggested, holderOf(0, starter));
    const systemAttrs = { ...waiting.systemAttrs, ...start.systemAttrs };
    const trial = this.#add(started({ ...waiting, ...start, systemAttrs }));
    return { kind: "queued", trial, start, suggested };
  }

  async #new(starter: Starter): Promise<Plan | undefined> {
    const number = this.#nextNumber;
    const answer = await this.#suggest(number);
    if (!answer) return undefined;
    const { suggestion, asked } = answer;
    if (suggestion.kind === "exhausted") return suggestion;
    this.#nextNumber++;
    const holder = holderOf(0, starter);
    const start = this.#parts.startOf(asked, suggestion.params, holder, suggestion);
    const trial = this.#add(started({ number, reports: [], userAttrs: {}, ...start }));
    return { kind: "new", trial, start, suggested: suggestion.params };
  }

  #add(trial: RunningTrial): RunningTrial {
    this.#running.set(trial.number, trial);
    this.#planned.push(trial.number);
    return trial;
  }

  async #suggest(number: number) {
    const running = [...this.#running.values()].sort((a, b) => a.number - b.number);
    const before = this.#planned;
    const trial = { number, running, before, finished: this.#finished };
    const suggested = await this.#suggestFor(trial);
    if (!suggested) return undefined;
    const { index } = this.#parts.state.versions;
    const asked: Asked = { ...suggested.seen, ...(index > 0 && { version: index }) };
    return { suggestion: suggested.suggestion, asked };
  }
}

const started = (trial: Omit<RunningTrial, "state">): RunningTrial =>
  trialOf({ ...trial, id: 0, state: "running" }) as RunningTrial;
