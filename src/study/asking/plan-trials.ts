import { pendingOf } from "../../contracts/observation.ts";
import type { TrialChange } from "../../contracts/storage.ts";
import type { Provenance } from "../../contracts/provenance.ts";
import type { RunningTrial, Trial } from "../../contracts/trial.ts";
import type { Params } from "../../space/search-space.ts";
import { trialOf } from "../../storage/record.ts";
import { nextRestart, type Restart } from "./restart-lost.ts";
import type { StudyState } from "../study-state.ts";
import { seenNow, type Suggester } from "./suggester.ts";
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
  /** None is started beyond so many in the study: finished, running and queued ones count. */
  readonly total?: number;
  /** Where this process runs it from. */
  readonly provenance?: Provenance;
}

/** What answers an ask: a trial that is to be started, or why there is none. */
export type Plan =
  | PlannedTrial
  | { readonly kind: "exhausted"; readonly message: string }
  /** The study has its total. */
  | { readonly kind: "full" };

export type PlannedTrial =
  | ({ readonly kind: "restart"; readonly change: TrialChange } & Startable)
  | ({ readonly kind: "queued"; readonly start: TrialStart } & Startable)
  | ({ readonly kind: "new"; readonly start: TrialStart } & Startable);

interface Startable {
  /** As it runs then. */
  readonly trial: RunningTrial;
  /** Values for parameters that the objective has yet to ask for. */
  readonly suggested: Params;
}

/** How long others wait for one turn at most, but for its last suggestion. */
const TURN_MS = 1000;

/**
 * Plans the answers to asks, the first ones if there is not time for all: each suggestion knows the
 * trials of those before it as pending.
 */
export function planTrials(
  state: StudyState,
  suggester: Suggester,
  startOf: ReturnType<typeof trialStarts>,
  asks: readonly Ask[],
): readonly Plan[] {
  const planner = new Planner(state, suggester, startOf);
  const deadline = performance.now() + TURN_MS;
  const plans: Plan[] = [];
  for (const ask of asks) {
    if (plans.length > 0 && performance.now() > deadline) break;
    plans.push(planner.plan(ask));
  }
  return plans;
}

class Planner {
  readonly #state: StudyState;
  readonly #suggester: Suggester;
  readonly #startOf: ReturnType<typeof trialStarts>;
  /** What runs, and what is planned to, by number. */
  readonly #running: Map<number, RunningTrial>;
  readonly #restarted = new Set<number>();
  readonly #queue: Trial[];
  #nextNumber: number;

  constructor(state: StudyState, suggester: Suggester, startOf: ReturnType<typeof trialStarts>) {
    this.#state = state;
    this.#suggester = suggester;
    this.#startOf = startOf;
    this.#running = new Map(state.running().map((trial) => [trial.number, trial]));
    this.#queue = [...state.history.waiting];
    this.#nextNumber = state.history.nextNumber;
  }

  plan({ expires, remote, total = Infinity, provenance }: Ask): Plan {
    const { isShared, file } = this.#state;
    const starter = { expires, remote, provenance, isShared, file };
    const lost = nextRestart(this.#state, this.#restarted, starter);
    if (lost) return this.#restart(lost);
    // Whatever runs counts, lost or not: it will be run again.
    if (this.#state.history.ran + this.#running.size >= total) return { kind: "full" };
    const waiting = this.#queue.shift();
    return waiting ? this.#queued(waiting, starter) : this.#new(starter);
  }

  #restart({ trial, change }: Restart): Plan {
    this.#restarted.add(trial.number);
    this.#running.set(trial.number, trial);
    const asked = trial.systemAttrs[ATTRIBUTE.asked] as Asked | undefined;
    return { kind: "restart", trial, change, suggested: asked?.suggested ?? trial.params };
  }

  #queued(waiting: Trial, starter: Starter): Plan {
    const { suggestion, asked } = this.#suggest(waiting.number);
    const proposed = suggestion.kind === "params" ? suggestion.params : {};
    const suggested = this.#suggester.fill(waiting.params, proposed, waiting.number);
    const { space } = this.#state.version;
    const note = space && leftOutNote(waiting, suggested, space);
    if (note !== undefined) this.#state.hub.note(note);
    const start = this.#startOf(asked, suggested, holderOf(0, starter));
    const systemAttrs = { ...waiting.systemAttrs, ...start.systemAttrs };
    const trial = this.#add({ ...waiting, ...start, systemAttrs });
    return { kind: "queued", trial, start, suggested };
  }

  #new(starter: Starter): Plan {
    const number = this.#nextNumber;
    const { suggestion, asked } = this.#suggest(number);
    if (suggestion.kind === "exhausted") return suggestion;
    this.#nextNumber++;
    const start = this.#startOf(asked, suggestion.params, holderOf(0, starter), suggestion);
    const trial = this.#add({ number, reports: [], userAttrs: {}, ...start });
    return { kind: "new", trial, start, suggested: suggestion.params };
  }

  #add(started: Omit<RunningTrial, "state">): RunningTrial {
    const trial = trialOf({ ...started, id: 0, state: "running" }) as RunningTrial;
    this.#running.set(trial.number, trial);
    return trial;
  }

  #suggest(number: number) {
    const { history, record, versions, exclusions } = this.#state;
    const running = [...this.#running.values()].sort((a, b) => a.number - b.number);
    const pending = running.map((trial) => pendingOf(trial, record.directions));
    const { finished } = history;
    const { length } = finished;
    const { excluded } = history;
    const suggestion = this.#suggester.suggest(number, finished, length, pending, excluded);
    const seen = seenNow(length, running, exclusions.length);
    const asked: Asked = { ...seen, ...(versions.index > 0 && { version: versions.index }) };
    return { suggestion, asked };
  }
}
