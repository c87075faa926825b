import type { LiveTrial } from "../../contracts/objective.ts";
import { isFinished, type FinishedTrial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import type { StudyEngine } from "../study-engine.ts";
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
  const number = typeof trial === "number" ? trial : trial.number;
  if (!state.active.has(number)) await state.refresh();
  const known = state.history.get(number);
  if (!known) {
    const { name } = state.record;
    throw new HpoError(`tell: study "${name}" has no trial ${number}. Ask for one first.`);
  }
  if (isFinished(known)) {
    if (options.skipIfFinished) return known;
    throw alreadyFinished(known);
  }
  if (known.state === "waiting") {
    throw new HpoError(`tell: trial ${number} waits to be started. Ask for it first.`);
  }
  // Who asked for it holds it no longer; by its number anybody may end a trial.
  if (trial instanceof ActiveTrial && !engine.holds(trial)) throw refusedEnd(known);
  const reports = state.active.get(number)?.reports ?? known.reports;
  return engine.end(number, toldEnd(result, options, engine.metrics, reports));
}
