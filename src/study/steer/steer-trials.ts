import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage, Turn } from "../../contracts/storage.ts";
import { isFinished, type RunningTrial, type Trial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { exclusionsOf, type Exclusion } from "./exclusions.ts";
import { findOrThrow } from "../stored-study.ts";
import { StudyState, type StateParts } from "../study-state.ts";
import { endAfter } from "../trial/trial-clock.ts";
import { HANDED_BACK } from "../trial/trial-lease.ts";

/*
 * What people do to single trials of a study. Each call is one turn of the study, and changes all
 * the trials that it names, or none.
 */

type State = StudyState<StateParts>;

/** A stored study whose trials are to be changed; its strategy need not be known. */
export async function openSteered(name: string, storage: Storage): Promise<State> {
  const record = await findOrThrow(storage, name);
  const parts = { storage, record, versions: [], isNewVersion: false } as const;
  return new StudyState<StateParts>({ ...parts, maxRestarts: Infinity, lostTrials: "restart" });
}

export interface ForceOptions {
  /** Whether to do it even if the trial's process lives, or may live. */
  readonly force?: boolean;
}

export interface FailOptions extends ForceOptions {
  readonly message?: string;
}

/** Cancels queued trials: they end as failed, and neither the search nor any limit counts them. */
export function cancel(state: State, numbers: readonly number[]): Promise<void> {
  return inTurn(state, async (turn) => {
    const now = new Date();
    const failure = { reason: "cancelled", message: "It was taken out of the queue." };
    const attributes = { system: { [ATTRIBUTE.failure]: failure } };
    for (const { number, state: is } of trialsOf(state, numbers)) {
      if (is !== "waiting") {
        throw new HpoError(
          `cancel: trial ${number} is ${is}; only a queued one can be cancelled. ` +
            (is === "running" ? "End it with fail." : "Keep a finished one out with exclude."),
        );
      }
      const end = { state: "failed", startedAt: now, completedAt: now, attributes } as const;
      await turn.finishTrial(state.history.idOf(number), end);
    }
  });
}

/** Excludes finished trials from the search and from the best, or includes them again. */
export function setExcluded(
  state: State,
  numbers: readonly number[],
  excluded: boolean,
): Promise<void> {
  return inTurn(state, async (turn) => {
    const changes: Exclusion[] = [];
    for (const trial of trialsOf(state, numbers)) {
      if (!isFinished(trial)) {
        throw new HpoError(
          `${excluded ? "exclude" : "include"}: trial ${trial.number} is ${trial.state}; the search ` +
            "learns from finished trials alone. " +
            (trial.state === "waiting" ? "Take it away with cancel." : "Wait for its end."),
        );
      }
      if ((trial.excluded ?? false) !== excluded) changes.push({ number: trial.number, excluded });
    }
    if (changes.length === 0) return;
    const stored = (await turn.study()).systemAttrs[ATTRIBUTE.exclusions];
    const system = { [ATTRIBUTE.exclusions]: [...exclusionsOf(stored), ...changes] };
    await turn.setAttributes({ system });
  });
}

/** Frees running trials, to be started again as they were. */
export function requeue(
  state: State,
  numbers: readonly number[],
  options: ForceOptions,
): Promise<void> {
  return inTurn(state, async (turn) => {
    const system = { ...HANDED_BACK, [ATTRIBUTE.expires]: undefined };
    for (const { number } of givenUp(state, numbers, "requeue", options)) {
      await turn.updateTrial(state.history.idOf(number), { attributes: { system } });
    }
  });
}

/** Ends running trials as lost. */
export function fail(
  state: State,
  numbers: readonly number[],
  { message = "It was ended by hand.", ...options }: FailOptions,
): Promise<void> {
  return inTurn(state, async (turn) => {
    const attributes = { system: { [ATTRIBUTE.failure]: { reason: "lost", message } } };
    for (const { number, startedAt } of givenUp(state, numbers, "fail", options)) {
      const end = { state: "failed", completedAt: endAfter(startedAt), attributes } as const;
      await turn.finishTrial(state.history.idOf(number), end);
    }
  });
}

/** Why a running trial may not be taken from its process without force; undefined if it may. */
export function whyHeld(state: State, trial: RunningTrial): string | undefined {
  const action = state.actionFor(trial);
  switch (action.kind) {
    case "restart":
    case "fail":
      return undefined;
    case "wait":
      return action.lease && `its process on ${action.host} gave a sign of life within a minute`;
    case "leave":
      if (ATTRIBUTE.runner in trial.systemAttrs) return "its process lives";
      return ATTRIBUTE.expires in trial.systemAttrs
        ? `it was asked for from outside until ${String(trial.systemAttrs[ATTRIBUTE.expires])}`
        : "another library started it, and nothing tells whether it still runs";
  }
}

/** The running trials that somebody runs, or may run: `trial 3 (its process lives)`. */
export async function heldNow(state: State): Promise<readonly string[]> {
  await state.refresh();
  await state.watchLeases();
  return state.history.running.flatMap((trial) => {
    const why = whyHeld(state, trial);
    return why === undefined ? [] : [`trial ${trial.number} (${why})`];
  });
}

async function inTurn(state: State, work: (turn: Turn) => Promise<void>): Promise<void> {
  await state.refresh();
  await state.watchLeases();
  await state.inTurn(work);
  await state.refresh();
}

function trialsOf(state: State, numbers: readonly number[]): readonly Trial[] {
  return [...new Set(numbers)].map((number) => {
    const trial = state.history.get(number);
    if (trial) return trial;
    const { length } = state.history.trials;
    throw new HpoError(
      `Study ${JSON.stringify(state.record.name)} has no trial ${number}. ` +
        (length === 0 ? "It has none yet." : `Its trials are 0 to ${length - 1}.`),
    );
  });
}

/** The running trials of these numbers. @throws HpoError if one is none, or is held and not forced */
function givenUp(
  state: State,
  numbers: readonly number[],
  what: string,
  { force = false }: ForceOptions,
): readonly RunningTrial[] {
  return trialsOf(state, numbers).map((trial) => {
    if (trial.state !== "running") {
      throw new HpoError(
        `${what}: trial ${trial.number} is ${trial.state}, not running; there is nothing to ${what}.`,
      );
    }
    const why = force ? undefined : whyHeld(state, trial);
    if (why === undefined) return trial;
    throw new HpoError(
      `${what}: trial ${trial.number} may still run: ${why}. Its result would be refused. ` +
        "Pass force (--yes) if that is meant.",
    );
  });
}
