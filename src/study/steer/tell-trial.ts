import { requireDirections } from "../../contracts/directions.ts";
import { mustBe } from "../../errors/checks.ts";
import type { LiveTrial } from "../../contracts/objective.ts";
import { isFinished, type FinishedTrial, type RunningTrial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { storedMetricNames } from "../stored-study.ts";
import type { StudyEngine } from "../study-engine.ts";
import type { StateParts, StudyState } from "../study-state.ts";
import { ActiveTrial } from "../trial/active-trial.ts";
import { alreadyFinished, refusedEnd } from "../trial/held-trial.ts";
import { toldEnd, type TellOptions } from "../trial/trial-end.ts";

/** Ends a running trial: see `Study.tell`. */
export async function tellTrial(
  engine: StudyEngine,
  trial: LiveTrial<unknown> | number,
  result: unknown,
  options: TellOptions,
): Promise<FinishedTrial> {
  const { state } = engine;
  const number: unknown = typeof trial === "object" ? trial?.number : trial;
  if (typeof number !== "number") {
    throw mustBe("tell: trial", trial, "a trial that was asked for, or its number");
  }
  if (!state.active.has(number)) await state.refresh();
  const known = tellable(state, number, options);
  if (isFinished(known)) return known;
  // The asker has lost the trial. By its number, though, anybody may end a running trial.
  if (trial instanceof ActiveTrial && !engine.holds(trial)) throw refusedEnd(known);
  const reports = state.active.get(number)?.reports ?? known.reports;
  return engine.end(number, toldEnd(result, options, engine.metrics, reports));
}

/**
 * Ends a running trial of a stored study, of whose trials only this one is read.
 * @throws as `Study.tell`
 */
export async function tellStored(
  state: StudyState<StateParts>,
  number: number,
  result: unknown,
  options: TellOptions,
): Promise<FinishedTrial> {
  const { record, storage, history } = state;
  requireDirections(record);
  for (const trial of await storage.readNumbered(record.id, [number])) history.apply(trial);
  const known = tellable(state, number, options);
  if (isFinished(known)) return known;
  const metrics = { directions: record.directions, names: storedMetricNames(record) };
  return state.finish(known, {}, toldEnd(result, options, metrics, known.reports));
}

/** The trial to be ended; with `skipIfFinished` it may be a finished one. */
function tellable(
  { history, record }: StudyState<StateParts>,
  number: number,
  { skipIfFinished }: TellOptions,
): RunningTrial | FinishedTrial {
  const known = history.get(number);
  if (!known) {
    throw new HpoError(
      `tell: study ${JSON.stringify(record.name)} has no trial ${number}. Ask for one first.`,
    );
  }
  if (known.state === "waiting") {
    throw new HpoError(`tell: trial ${number} waits to be started. Ask for it first.`);
  }
  if (isFinished(known) && !skipIfFinished) throw alreadyFinished(known);
  return known;
}
