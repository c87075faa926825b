import { inFinishOrder } from "./finish-order.ts";
import { DuplicateStudyError, StudyNotFoundError } from "../errors/errors.ts";
import { TRIAL_STATES, type Attributes, type TrialState } from "../contracts/trial.ts";
import { toJson, throughJson } from "./json.ts";
import { checkValues } from "./check.ts";
import { changedRecord, newRecord, withAttributes } from "./change-record.ts";
import {
  ATTRIBUTE,
  type Cursor,
  type Storage,
  type StudyRecord,
  type StudySummary,
  type TrialChange,
  type TrialRecord,
} from "../contracts/storage.ts";

interface StoredStudy {
  readonly id: number;
  name: string;
  readonly directions: StudyRecord["directions"];
  userAttrs: Attributes;
  systemAttrs: Attributes;
  finishCount: number;
  /** By number. A changed trial is a new object, so what was given to a reader stays as it was. */
  readonly trials: TrialRecord[];
  /** The number of the trial, for every change in turn; a cursor is a position in it. */
  readonly changes: number[];
}

/** Keeps studies as long as the process lives: for tests, and for runs nobody wants to keep. */
export function memoryStorage(): Storage {
  const url = "memory:";
  const studies = new Map<number, StoredStudy>();
  const studyOf = new Map<number, { study: StoredStudy; number: number }>();
  let lastStudyId = 0;
  let lastTrialId = 0;

  const studyById = (id: number): StoredStudy => {
    const study = studies.get(id);
    if (study) return study;
    throw new StudyNotFoundError(`There is no study ${id} in ${url}. Was it deleted?`);
  };
  const studyByName = (name: string) => [...studies.values()].find((study) => study.name === name);
  const checkFree = (name: string): void => {
    if (!studyByName(name)) return;
    throw new DuplicateStudyError(
      `There is already a study named ${JSON.stringify(name)} in ${url}. ` +
        "Take another name, or continue that study with loadIfExists.",
    );
  };
  const put = (study: StoredStudy, record: TrialRecord): void => {
    study.trials[record.number] = record;
    study.changes.push(record.number);
  };
  /** Changes a trial if it is in one of `states`. */
  const change = (
    trialId: number,
    states: readonly TrialState[],
    next: (record: TrialRecord, study: StoredStudy) => TrialRecord | undefined,
  ): boolean => {
    const place = studyOf.get(trialId);
    if (!place) return false;
    const record = place.study.trials[place.number];
    if (!states.includes(record.state)) return false;
    const changed = next(record, place.study);
    if (changed) put(place.study, changed);
    return changed !== undefined;
  };

  return {
    url,
    listStudies: async () => [...studies.values()].map(summaryOf),
    findStudy: async (name) => {
      const study = studyByName(name);
      return study && recordOf(study);
    },
    createStudy: async ({ name, directions, userAttrs = {}, systemAttrs = {} }) => {
      checkFree(name);
      const study: StoredStudy = {
        id: ++lastStudyId,
        name,
        directions: [...directions],
        userAttrs: withAttributes({}, userAttrs),
        systemAttrs: withAttributes({}, systemAttrs),
        finishCount: 0,
        trials: [],
        changes: [],
      };
      studies.set(study.id, study);
      return recordOf(study);
    },
    renameStudy: async (studyId, name) => {
      const study = studyById(studyId);
      if (study.name === name) return;
      checkFree(name);
      study.name = name;
    },
    deleteStudy: async (studyId) => {
      for (const { id } of studyById(studyId).trials) studyOf.delete(id);
      studies.delete(studyId);
    },
    setStudyAttributes: async (studyId, { user = {}, system = {} }) => {
      const study = studyById(studyId);
      study.userAttrs = withAttributes(study.userAttrs, user);
      study.systemAttrs = withAttributes(study.systemAttrs, system);
    },
    readTrials: async (studyId, cursor) => {
      const { trials, changes } = studyById(studyId);
      return { trials: changedSince(cursor, trials, changes), cursor: { seen: changes.length } };
    },
    createTrials: async (studyId, newTrials, firstNumber) => {
      const study = studyById(studyId);
      const first = study.trials.length;
      if (firstNumber !== undefined && firstNumber !== first) return undefined;
      const records = newTrials.map((trial, index) => newRecord(trial, 0, first + index));
      const indexed = new Map(
        inFinishOrder(records).map((record) => [record.number, finishedRecord(record, study)]),
      );
      return records.map((checked) => {
        const record = { ...(indexed.get(checked.number) ?? checked), id: ++lastTrialId };
        studyOf.set(record.id, { study, number: record.number });
        put(study, record);
        return record;
      });
    },
    startTrial: async (trialId, start) =>
      change(trialId, ["waiting"], (record) => changedRecord(record, start, "running")),
    updateTrial: async (trialId, update, expected) =>
      change(trialId, ["waiting", "running"], (record) => {
        if (expected && !holds(record.systemAttrs, expected)) return undefined;
        return changedRecord(record, update, record.state);
      }),
    finishTrial: async (trialId, end) => {
      checkValues(end.values);
      let index: number | undefined;
      change(trialId, ["waiting", "running"], (record, study) => {
        const { values, completedAt, state } = end;
        const ended = { ...changedRecord(record, end satisfies TrialChange, state), completedAt };
        index = study.finishCount;
        return finishedRecord(values ? { ...ended, values: [...values] } : ended, study);
      });
      return index;
    },
    indexFinished: async (studyId) => void studyById(studyId), // none is ever without
    close: async () => {},
  };
}

function changedSince(
  cursor: Cursor | undefined,
  trials: readonly TrialRecord[],
  changes: readonly number[],
): readonly TrialRecord[] {
  if (cursor === undefined) return [...trials];
  const seen = cursor["seen"] as number;
  if (seen === changes.length) return [];
  const numbers = [...new Set(changes.slice(seen))];
  return numbers.sort((a, b) => a - b).map((number) => trials[number]);
}

/** Gives a finished trial its index in the study's order of finishing. */
function finishedRecord(record: TrialRecord, study: StoredStudy): TrialRecord {
  if (record.state === "waiting" || record.state === "running") return record;
  const systemAttrs = { ...record.systemAttrs, [ATTRIBUTE.finishIndex]: study.finishCount++ };
  return { ...record, systemAttrs };
}

function recordOf({ id, name, directions, ...study }: StoredStudy): StudyRecord {
  const { userAttrs, finishCount } = study;
  const systemAttrs =
    finishCount === 0
      ? study.systemAttrs
      : { ...study.systemAttrs, [ATTRIBUTE.finishCount]: finishCount };
  return { id, name, directions, userAttrs, systemAttrs };
}

function summaryOf(study: StoredStudy): StudySummary {
  const counts = Object.fromEntries(TRIAL_STATES.map((state) => [state, 0])) as Record<
    TrialState,
    number
  >;
  let first: Date | undefined;
  for (const { state, startedAt } of study.trials) {
    counts[state]++;
    if (startedAt && (!first || startedAt < first)) first = startedAt;
  }
  return { ...recordOf(study), counts, ...(first && { startedAt: first }) };
}

function holds(attributes: Attributes, expected: { name: string; value: unknown }): boolean {
  const { name, value } = expected;
  if (value === undefined || !(name in attributes)) return value === attributes[name];
  const wanted = throughJson(value, name);
  return toJson(attributes[name], name) === toJson(wanted, name);
}
