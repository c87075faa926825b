import type { ExecutionContext } from "ava";
import { floatDistribution } from "../space/distribution.ts";
import type {
  NewTrial,
  Storage,
  StudyRecord,
  TrialChange,
  TrialRecord,
} from "../contracts/storage.ts";

/** What the laws of storages are checked on. */
export interface Store {
  readonly storage: Storage;
  readonly other: Storage;
  /** A study without trials, named "s". */
  readonly study: StudyRecord;
}
export type Law = (
  title: string,
  check: (t: ExecutionContext, store: Store) => Promise<void>,
) => void;

export const x = floatDistribution(0, 1);
export const startedAt = new Date("2026-01-02T03:04:05.678Z");
export const completedAt = new Date("2026-01-02T03:04:06.001Z");

export const runningTrial = (params: Record<string, number> = {}): NewTrial => ({
  state: "running",
  params,
  distributions: Object.fromEntries(Object.keys(params).map((name) => [name, x])),
  reports: [],
  userAttrs: {},
  systemAttrs: {},
  startedAt,
});
export const waiting = (params: NewTrial["params"] = {}): NewTrial => ({
  state: "waiting",
  params,
  distributions: {},
  reports: [],
  userAttrs: {},
  systemAttrs: {},
});
export const completeTrial = (value: number): NewTrial => ({
  ...runningTrial({ x: 0.5 }),
  state: "complete",
  values: [value],
  completedAt,
});

export const addTrial = async (
  { storage, study }: Store,
  trial = runningTrial(),
): Promise<TrialRecord> => (await storage.createTrials(study.id, [trial]))[0];

export const startTrial = (
  { storage, study }: Store,
  id: number,
  change: TrialChange,
): Promise<boolean> => storage.inTurn(study.id, (turn) => turn.startTrial(id, change));

export const readTrial = async ({ other, study }: Store, number: number): Promise<TrialRecord> =>
  (await other.readTrials(study.id)).trials[number];
