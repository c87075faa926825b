import { drawn, newRecord } from "../change-record.ts";
import { checkReports, checkValues } from "../check.ts";
import { inFinishOrder } from "../finish-order.ts";
import { isHeld } from "../held.ts";
import { fromJson } from "../json.ts";
import type { TrialRecord } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Held } from "../../contracts/trial-lease.ts";
import type { Transaction } from "./transaction.ts";
import { sqlDate, stateName } from "./encoding.ts";
import type { Queries } from "./queries/queries.ts";
import { together } from "./together.ts";
import type { StudyWriter } from "./studies.ts";
import type { TrialRows } from "./trial-rows.ts";
import { trialRowWriter, type TrialRowWriter } from "./trial-row-writer.ts";

export function trialWriter(queries: Queries, studies: StudyWriter): TrialRows {
  const rows = trialRowWriter(queries);
  const finish: TrialRows["finish"] = async (tx, trial, end, held) => {
    checkReports(end.reports);
    checkValues(end.values);
    if (!(await holds(tx, queries, trial, held))) return undefined;
    const ended = { state: stateName(end.state), complete: sqlDate(end.completedAt) };
    const [finished] = await tx.all(queries.finish({ trial, ...ended }));
    if (!finished) return undefined;
    const study = finished.study_id;
    const [, , index] = await together([
      rows.change(tx, trial, end),
      rows.values(tx, trial, end.values ?? []),
      giveIndex(tx, queries, study, trial),
    ]);
    return { study, index };
  };

  return {
    create: async (tx, study, trials) => {
      const [last] = await tx.all(queries.lastNumber({ study }));
      const first = (last?.number ?? -1) + 1;
      const checked = trials.map((trial, index) => newRecord(trial, 0, first + index));
      const added = await together(
        checked.map((trial) => addTrial(tx, queries, rows, study, trial)),
      );
      const indexes = new Map<number, number>();
      for (const { id } of inFinishOrder(added)) {
        indexes.set(id, await giveIndex(tx, queries, study, id));
      }
      return added.map((trial) => withIndex(trial, indexes.get(trial.id)));
    },
    start: async (tx, trial, change) => {
      checkReports(change.reports);
      const [started] = await tx.all(queries.start({ trial }));
      if (!started) return undefined;
      await rows.change(tx, trial, change);
      return { study: started.study_id };
    },
    update: async (tx, trial, change, held) => {
      checkReports(change.reports);
      const [found] = await tx.all(queries.unfinished({ trial }));
      if (!found || !(await holds(tx, queries, trial, held))) return undefined;
      await rows.change(tx, trial, change);
      return { study: found.study_id };
    },
    finish,
    end: async (tx, trial, end, held) =>
      (await studies.lockOf(tx, trial)) ? finish(tx, trial, end, held) : undefined,
    indexFinished: async (tx, study) => {
      const found = await tx.all(queries.finishedWithoutIndex({ study }));
      for (const { trial_id: trial } of found) await giveIndex(tx, queries, study, trial);
      return found.map((row) => row.trial_id);
    },
  };
}

async function addTrial(
  tx: Transaction,
  queries: Queries,
  rows: TrialRowWriter,
  study: number,
  checked: TrialRecord,
): Promise<TrialRecord> {
  const { state, startedAt, completedAt, reports, userAttrs, systemAttrs, distributions } = checked;
  const { number } = checked;
  const [{ trial_id: id }] = await tx.all(
    queries.addTrial({
      study,
      number,
      state: stateName(state),
      start: startedAt ? sqlDate(startedAt) : null,
      complete: completedAt ? sqlDate(completedAt) : null,
    }),
  );
  const params = state === "waiting" ? drawn(checked) : checked.params;
  const attributes = { user: userAttrs, system: systemAttrs };
  await together([
    rows.change(tx, id, { params, distributions, reports, attributes }),
    rows.values(tx, id, checked.values ?? []),
  ]);
  return { ...checked, id };
}

const withIndex = (trial: TrialRecord, index: number | undefined): TrialRecord =>
  index === undefined
    ? trial
    : { ...trial, systemAttrs: { ...trial.systemAttrs, [ATTRIBUTE.finishIndex]: index } };

/** Gives a finished trial its index in the study's order of finishing. */
async function giveIndex(
  tx: Transaction,
  queries: Queries,
  study: number,
  trial: number,
): Promise<number> {
  const [{ value_json: count }] = await tx.all(queries.nextFinish({ study }));
  const index = Number(count) - 1;
  const key = ATTRIBUTE.finishIndex;
  const [put] = queries.trialAttribute.system.put([{ trial, key, json: String(index) }]);
  await tx.all(put);
  return index;
}

/** Whether the lease `held` still holds the trial; true if none is given. */
async function holds(
  tx: Transaction,
  queries: Queries,
  trial: number,
  held: Held | undefined,
): Promise<boolean> {
  if (held === undefined) return true;
  const [row] = await tx.all(queries.systemAttribute({ trial, key: ATTRIBUTE.lease }));
  return row !== undefined && isHeld(fromJson(row.value_json), held);
}
