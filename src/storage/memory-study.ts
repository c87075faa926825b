import { TRIAL_STATES, type TrialState } from "../contracts/trial.ts";
import { changedRecord, newRecord, withAttributes } from "./change-record.ts";
import { checkValues } from "./check.ts";
import type { Held } from "../contracts/trial-lease.ts";
import { inFinishOrder } from "./finish-order.ts";
import { isHeld } from "./held.ts";
import type {
  AttributeChange,
  Changes,
  Cursor,
  NewStudy,
  NewTrial,
  StudyRecord,
  StudySummary,
  TrialChange,
  TrialEnd,
  TrialRecord,
  Turn,
} from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";

/** One study in memory. */
export interface MemoryStudy {
  name: string;
  readonly trials: readonly TrialRecord[];
  record(): StudyRecord;
  summary(): StudySummary;
  setAttributes(change: AttributeChange): void;
  changes(cursor?: Cursor): Changes;
  numbered(numbers: readonly number[]): readonly TrialRecord[];
  createTrials(trials: readonly NewTrial[]): readonly TrialRecord[];
  updateTrial(trialId: number, change: TrialChange, held?: Held): boolean;
  finishTrial(trialId: number, end: TrialEnd, held?: Held): number | undefined;
  /** Runs `work` once no turn of the study is under way. */
  whenFree<T>(work: () => T): Promise<T>;
  inTurn<T>(work: (turn: Turn) => Promise<T>): Promise<T>;
}

/** What a study needs of its storage. */
interface Surroundings {
  /** Gives the next trial id; ids ascend across all studies of the storage. */
  readonly nextTrialId: () => number;
  readonly beat: (worker: string) => Promise<void>;
}

export function memoryStudy(
  id: number,
  study: NewStudy,
  { nextTrialId, beat }: Surroundings,
): MemoryStudy {
  const { directions } = study;
  let userAttrs = withAttributes({}, study.userAttrs);
  let systemAttrs = withAttributes({}, study.systemAttrs);
  let finishCount = 0;
  /** By number. A change replaces the record, so that what a reader was given stays as it was. */
  const trials: TrialRecord[] = [];
  const numbers = new Map<number, number>();
  /** The log of changes, each as its trial's number; a cursor is a position in it. */
  const changed: number[] = [];
  /** Trials whose reports no reader has seen since they last grew: they may grow in place. */
  const unread = new Set<number>();
  let turnUnderWay: Promise<unknown> | undefined;
  /** Each trial that the current turn changed, as it was before; undefined if the turn added it. */
  let before: Map<number, TrialRecord | undefined> | undefined;

  const put = (record: TrialRecord): void => {
    const { number } = record;
    if (before && !before.has(number)) before.set(number, trials[number]);
    trials[number] = record;
    numbers.set(record.id, number);
    changed.push(number);
  };
  /** A record after an update. A turn copies reports, as it restores them if it fails. */
  const updated = (record: TrialRecord, change: TrialChange): TrialRecord => {
    const mayGrow = !before && unread.has(record.number);
    const after = changedRecord(record, change, record.state, mayGrow);
    if (before || after.reports === record.reports) return after;
    unread.add(record.number);
    return after;
  };
  /** Gives a finished trial its index in the study's order of finishing. */
  const indexed = (record: TrialRecord): TrialRecord => ({
    ...record,
    systemAttrs: { ...record.systemAttrs, [ATTRIBUTE.finishIndex]: finishCount++ },
  });
  /**
   * The trial, if it is in one of `states` and, where `held` is given, still held by that lease.
   */
  const trialIn = (trialId: number, states: readonly TrialState[], held?: Held) => {
    const record: TrialRecord | undefined = trials[numbers.get(trialId) ?? -1];
    if (record?.id !== trialId || !states.includes(record.state)) return undefined;
    return held && !isHeld(record.systemAttrs[ATTRIBUTE.lease], held) ? undefined : record;
  };

  const self: MemoryStudy = {
    name: study.name,
    trials,
    record: () => ({
      id,
      name: self.name,
      directions: [...directions],
      userAttrs,
      systemAttrs:
        finishCount === 0 ? systemAttrs : { ...systemAttrs, [ATTRIBUTE.finishCount]: finishCount },
    }),
    summary: () => ({ ...self.record(), ...countTrials(trials), runners: runnersOf(trials) }),
    setAttributes: ({ user, system }) => {
      userAttrs = withAttributes(userAttrs, user);
      systemAttrs = withAttributes(systemAttrs, system);
    },
    changes: (cursor) => {
      unread.clear();
      return {
        trials: changedSince(cursor, trials, changed),
        steering: systemAttrs,
        cursor: { seen: changed.length },
      };
    },
    numbered: (numbers) => {
      unread.clear();
      return trials.filter(({ number }) => numbers.includes(number));
    },
    createTrials: (added) => {
      const records = added.map((trial, index) => newRecord(trial, 0, trials.length + index));
      const finished = new Map(inFinishOrder(records).map((one) => [one.number, indexed(one)]));
      return records.map((checked) => {
        const record = { ...(finished.get(checked.number) ?? checked), id: nextTrialId() };
        put(record);
        return record;
      });
    },
    updateTrial: (trialId, change, held) => {
      const record = trialIn(trialId, UNFINISHED, held);
      if (record) put(updated(record, change));
      return record !== undefined;
    },
    finishTrial: (trialId, end, held) => {
      checkValues(end.values);
      const record = trialIn(trialId, UNFINISHED, held);
      if (!record) return undefined;
      const { values, completedAt, state } = end;
      const ended = { ...changedRecord(record, end, state), completedAt };
      const index = finishCount;
      put(indexed(values ? { ...ended, values: [...values] } : ended));
      return index;
    },
    whenFree: async (work) => {
      while (turnUnderWay) await turnUnderWay;
      return work();
    },
    inTurn: async (work) => {
      while (turnUnderWay) await turnUnderWay;
      const turn = takeTurn(work);
      turnUnderWay = turn.catch(() => undefined);
      return turn;
    },
  };

  const turn: Turn = {
    study: async () => self.record(),
    changes: async (cursor) => self.changes(cursor),
    createTrials: async (added) => self.createTrials(added),
    startTrial: async (trialId, change) => {
      const record = trialIn(trialId, ["waiting"]);
      if (record) put(changedRecord(record, change, "running"));
      return record !== undefined;
    },
    updateTrial: async (trialId, change) => self.updateTrial(trialId, change),
    finishTrial: async (trialId, end) => self.finishTrial(trialId, end),
    beat,
    setAttributes: async (change) => self.setAttributes(change),
  };
  const takeTurn = async <T>(work: (turn: Turn) => Promise<T>): Promise<T> => {
    const kept = { userAttrs, systemAttrs, finishCount };
    before = new Map();
    try {
      return await work(turn);
    } catch (error) {
      ({ userAttrs, systemAttrs, finishCount } = kept);
      for (const [number, record] of before) {
        if (record) trials[number] = record;
      }
      trials.length -= [...before.values()].filter((record) => record === undefined).length;
      throw error;
    } finally {
      before = undefined;
      turnUnderWay = undefined;
    }
  };
  return self;
}

const UNFINISHED = ["waiting", "running"] as const;

function changedSince(
  cursor: Cursor | undefined,
  trials: readonly TrialRecord[],
  changed: readonly number[],
): readonly TrialRecord[] {
  if (cursor === undefined) return [...trials];
  const seen = cursor["seen"] as number;
  if (seen === changed.length) return [];
  const numbers = [...new Set(changed.slice(seen))].filter((number) => number < trials.length);
  return numbers.sort((a, b) => a - b).map((number) => trials[number]);
}

const runnersOf = (trials: readonly TrialRecord[]): readonly unknown[] =>
  trials
    .filter(({ state, systemAttrs }) => state === "running" && ATTRIBUTE.runner in systemAttrs)
    .map(({ systemAttrs }) => systemAttrs[ATTRIBUTE.runner]);

function countTrials(
  trials: readonly TrialRecord[],
): Omit<StudySummary, keyof StudyRecord | "runners"> {
  const zeros = TRIAL_STATES.map((state) => [state, 0] as const);
  const counts = Object.fromEntries(zeros) as Record<TrialState, number>;
  let first: Date | undefined;
  for (const { state, startedAt } of trials) {
    counts[state]++;
    if (startedAt && (!first || startedAt < first)) first = startedAt;
  }
  return { counts, ...(first && { startedAt: first }) };
}
