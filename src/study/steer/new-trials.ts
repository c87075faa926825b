import { attributesOf } from "../../contracts/attribute-value.ts";
import type { FinishedTrial, Trial } from "../../contracts/trial.ts";
import { requireList } from "../../errors/checks.ts";
import type { Params } from "../../space/search-space.ts";
import type { StudyEngine } from "../study-engine.ts";
import { knownSpace } from "../space-seen.ts";
import { newFinishedTrial, type AddedTrial } from "../trial/added-trials.ts";
import { checkQueued, checkUnseen, sameFixed } from "../trial/queued-params.ts";

export interface EnqueueOptions {
  readonly userAttrs?: Trial["userAttrs"];
  /** Queues nothing where a trial has the same parameters, queued or suggested. */
  readonly skipIfExists?: boolean;
}

/** Queues parameters to be tried: see `Study.enqueue`. */
export async function enqueue(
  engine: StudyEngine,
  params: Params,
  { skipIfExists, userAttrs = {} }: EnqueueOptions,
): Promise<number | undefined> {
  const { state } = engine;
  const { space } = state.version;
  const warnings = checkQueued(params, space);
  if (!space) warnings.push(...checkUnseen(params, knownSpace(state)));
  const kept = attributesOf(userAttrs, "enqueue: userAttrs");
  for (const warning of warnings) engine.note(warning);
  if (skipIfExists) {
    await state.refresh();
    if (state.history.trials.some((trial) => sameFixed(trial, params))) return undefined;
  }
  const records = await state.storage.createTrials(state.record.id, [
    {
      state: "waiting",
      params,
      distributions: {},
      reports: [],
      userAttrs: kept,
      systemAttrs: {},
    },
  ]);
  await state.refresh();
  const [{ number }] = records;
  const same = state.history.trials.find(
    (trial) => trial.number !== number && sameFixed(trial, params),
  );
  if (same && Object.keys(params).length > 0) {
    engine.note(
      `Trial ${same.number} has the parameters of trial ${number}, which is queued all the same: skipIfExists ` +
        "(--skip-if-exists) queues nothing then.",
    );
  }
  return number;
}

/** Adds trials that were run elsewhere: see `Study.addTrials`. */
export async function addTrials(
  { state, metrics }: StudyEngine,
  trials: readonly AddedTrial[],
): Promise<readonly FinishedTrial[]> {
  requireList("addTrials: trials", trials, "trials");
  const records = await state.storage.createTrials(
    state.record.id,
    trials.map((trial) => newFinishedTrial(trial, state.version.space, metrics)),
  );
  await state.refresh();
  return records.map((record) => state.history.get(record.number) as FinishedTrial);
}
