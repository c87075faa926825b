import { ATTRIBUTE } from "../contracts/storage.ts";
import type { Attributes, RunningTrial } from "../contracts/trial.ts";
import type { StudyState } from "./study-state.ts";
import type { LostTrialAction } from "./trial/lost-trial.ts";
import { RUNNING_ATTRIBUTE } from "./trial/start-attributes.ts";

/** Optuna's own attributes of a trial that is tried again. */
const RETRY_ATTRIBUTE = { first: "failed_trial", history: "retry_history" } as const;

/**
 * Looks for a trial whose process died or handed it back. Starts the first one again in place; fails
 * those that died too often, and where the study says so queues copies instead.
 * @param holder the attributes that say who runs the trial from now on
 * @returns the trial that was started again; undefined if there is none
 */
export async function restartLost(
  state: StudyState,
  holder: Attributes,
): Promise<{ readonly id: number; readonly trial: RunningTrial } | undefined> {
  for (const trial of state.history.running) {
    const action = state.actionFor(trial);
    if (action.kind === "fail") await failLost(state, trial, action.message);
    else if (action.kind === "restart" && state.parts.lostTrials === "clone") {
      await queueCopy(state, trial);
    } else if (action.kind === "restart") {
      const restarted = await restart(state, trial, action, holder);
      if (restarted) return restarted;
    }
  }
  return undefined;
}

function failLost(state: StudyState, trial: RunningTrial, message: string): Promise<unknown> {
  const failure = { reason: "lost", message } as const;
  return state.finish(trial, {}, { state: "failed", failure });
}

/** Optuna's way (RetryFailedTrialCallback): the trial fails, and a copy of it is queued. */
async function queueCopy(state: StudyState, trial: RunningTrial): Promise<void> {
  const { number, params, distributions, userAttrs, systemAttrs } = trial;
  await failLost(state, trial, "Its process died.");
  const before = (systemAttrs[RETRY_ATTRIBUTE.history] ?? []) as readonly number[];
  const history = [...before, number];
  if (history.length > state.parts.maxRestarts) return;
  const retry = {
    [RETRY_ATTRIBUTE.first]: systemAttrs[RETRY_ATTRIBUTE.first] ?? number,
    [RETRY_ATTRIBUTE.history]: history,
    ...pick(systemAttrs, [ATTRIBUTE.continueFrom, ATTRIBUTE.maxStep]),
  };
  const copy = { state: "waiting", params, distributions, reports: [], userAttrs } as const;
  await state.storage.createTrials(state.record.id, [{ ...copy, systemAttrs: retry }]);
  await state.refresh();
}

/** Undefined: another process was faster. */
async function restart(
  state: StudyState,
  trial: RunningTrial,
  { attempts, heldBy }: LostTrialAction & { kind: "restart" },
  holder: Attributes,
) {
  const id = state.history.idOf(trial.number);
  const startedAt = new Date();
  const system = { ...holder, [RUNNING_ATTRIBUTE.attempts]: attempts };
  const change = { clearReports: true, startedAt, attributes: { system } };
  const held = { name: RUNNING_ATTRIBUTE.runner, value: heldBy };
  if (!(await state.storage.updateTrial(id, change, held))) return undefined;
  const systemAttrs = { ...trial.systemAttrs, ...system };
  return { id, trial: { ...trial, reports: [], startedAt, systemAttrs } };
}

const pick = (from: Attributes, names: readonly string[]): Attributes =>
  Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
