import { drawn, newRecord } from "../change-record.ts";
import { checkReports, checkValues } from "../check.ts";
import { inFinishOrder } from "../finish-order.ts";
import { fromJson, throughJson, toJson } from "../json.ts";
import {
  ATTRIBUTE,
  type ExpectedAttribute,
  type NewTrial,
  type Storage,
  type TrialRecord,
} from "../../contracts/storage.ts";
import { noStudy } from "./changes.ts";
import type { Connection, Transaction } from "./connection.ts";
import { sqlDate, stateName } from "./encoding.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { Queries } from "./queries.ts";
import type { Turns } from "./turns.ts";
import { trialRowWriter, type TrialRowWriter } from "./write-trial.ts";

type TrialStorage = Pick<
  Storage,
  "createTrials" | "startTrial" | "updateTrial" | "finishTrial" | "indexFinished"
>;

/** The part of a storage that writes trials. */
export function trialStorage(
  { url }: Connection,
  turns: Turns,
  queries: Queries,
  own: OwnChanges,
): TrialStorage {
  const writer = trialRowWriter(queries);

  /** One trial changed, if the write says of which study. */
  const note = (trial: number) => (done: { readonly study: number } | undefined) => {
    if (done) own.add(done.study, [trial]);
  };

  return {
    createTrials: (study, trials, firstNumber) =>
      turns.write(
        async (tx) => {
          const [last] = await tx.all(queries.lastNumber({ study }));
          if (last === undefined) throw noStudy(url, study);
          const first = (last.number ?? -1) + 1;
          if (firstNumber !== undefined && firstNumber !== first) return undefined;
          const added: TrialRecord[] = [];
          for (const [index, trial] of trials.entries()) {
            added.push(await addTrial(tx, queries, writer, study, first + index, trial));
          }
          const indexes = new Map<number, number>();
          for (const { id } of inFinishOrder(added)) {
            indexes.set(id, await giveIndex(tx, queries, study, id));
          }
          return added.map((trial) => withIndex(trial, indexes.get(trial.id)));
        },
        (added: readonly TrialRecord[] | undefined) => {
          if (added)
            own.add(
              study,
              added.map(({ id }) => id),
            );
        },
      ),
    startTrial: async (trial, change) => {
      checkReports(change.reports);
      const done = await turns.write(async (tx) => {
        const [started] = await tx.all(queries.start({ trial }));
        if (!started) return undefined;
        await writer.change(tx, trial, change);
        return { study: started.study_id };
      }, note(trial));
      return done !== undefined;
    },
    updateTrial: async (trial, change, expected) => {
      checkReports(change.reports);
      const done = await turns.write(async (tx) => {
        const [found] = await tx.all(queries.unfinished({ trial }));
        if (!found || (expected && !(await holds(tx, queries, trial, expected)))) return undefined;
        await writer.change(tx, trial, change);
        return { study: found.study_id };
      }, note(trial));
      return done !== undefined;
    },
    finishTrial: async (trial, end) => {
      checkReports(end.reports);
      checkValues(end.values);
      const done = await turns.write(async (tx) => {
        const ended = { state: stateName(end.state), complete: sqlDate(end.completedAt) };
        const [finished] = await tx.all(queries.finish({ trial, ...ended }));
        if (!finished) return undefined;
        const study = finished.study_id;
        await writer.change(tx, trial, end);
        await writer.values(tx, trial, end.values ?? []);
        return { study, index: await giveIndex(tx, queries, study, trial) };
      }, note(trial));
      return done?.index;
    },
    indexFinished: async (study) => {
      await turns.write(
        async (tx) => {
          if ((await tx.all(queries.studyById({ study }))).length === 0) throw noStudy(url, study);
          const rows = await tx.all(queries.finishedWithoutIndex({ study }));
          for (const { trial_id: trial } of rows) await giveIndex(tx, queries, study, trial);
          return rows.map((row) => row.trial_id);
        },
        (trials) => own.add(study, trials),
      );
    },
  };
}

async function addTrial(
  tx: Transaction,
  queries: Queries,
  writer: TrialRowWriter,
  study: number,
  number: number,
  trial: NewTrial,
): Promise<TrialRecord> {
  const checked = newRecord(trial, 0, number);
  const { state, startedAt, completedAt, reports, userAttrs, systemAttrs, distributions } = checked;
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
  await writer.change(tx, id, { params, distributions, reports, attributes });
  await writer.values(tx, id, checked.values ?? []);
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

async function holds(
  tx: Transaction,
  queries: Queries,
  trial: number,
  { name, value }: ExpectedAttribute,
): Promise<boolean> {
  const [row] = await tx.all(queries.systemAttribute({ trial, key: name }));
  if (row === undefined || value === undefined) return row === undefined && value === undefined;
  return toJson(fromJson(row.value_json), name) === toJson(throughJson(value, name), name);
}
