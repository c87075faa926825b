import { ATTRIBUTE } from "../contracts/attributes.ts";
import { LEASE_MS, type SignOfLife, type TrialLease } from "../contracts/trial-lease.ts";
import type { FinishedTrial, RunningTrial, TrialState } from "../contracts/trial.ts";

/** How a study goes: for those who operate it. */
export interface StudyStatus {
  readonly name: string;
  readonly trials: Readonly<Record<TrialState, number>>;
  /** How many ended in the last hour. */
  readonly lastHour: number;
  /** How often trials were started again as their worker was lost. */
  readonly attempts: number;
  /** By the trial's number. */
  readonly running: readonly RunningStatus[];
  readonly workers: readonly WorkerStatus[];
}

export interface RunningStatus {
  readonly number: number;
  readonly worker: string | null;
  readonly host: string | null;
  readonly attempt: number;
  /** ISO 8601. */
  readonly since: string | null;
  readonly device: string | null;
  readonly lastStep: number | null;
}

export interface WorkerStatus {
  readonly worker: string;
  readonly host: string;
  readonly running: number;
  /** In ms; null where none was given, or by a clock that is not this machine's. */
  readonly lastSignMs: number | null;
  /** Whether its trials may be given to others. */
  readonly expired: boolean;
}

const HOUR_MS = 3_600_000;

/** What the status needs of a study. */
export interface StatusStudy {
  readonly name: string;
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly finished: readonly FinishedTrial[];
  readonly running: readonly RunningTrial[];
}

/** The processes that hold running trials, whose signs the status shows. */
export const workersOf = (running: readonly RunningTrial[]): readonly string[] => [
  ...new Set(running.flatMap((trial) => leaseIn(trial)?.worker ?? [])),
];

export function studyStatus(
  { name, counts, finished, running }: StatusStudy,
  signs: ReadonlyMap<string, SignOfLife>,
  now: Date,
): StudyStatus {
  const isRecent = ({ completedAt }: FinishedTrial): boolean =>
    completedAt !== undefined && now.getTime() - completedAt.getTime() <= HOUR_MS;
  const attempts = [...finished, ...running].map(({ systemAttrs }) =>
    Number(systemAttrs[ATTRIBUTE.attempts] ?? 0),
  );
  return {
    name,
    trials: counts,
    lastHour: finished.filter(isRecent).length,
    attempts: attempts.reduce((sum, each) => sum + each, 0),
    running: running.map(runningStatus),
    workers: workersOf(running).map((worker) => workerStatus(worker, running, signs.get(worker))),
  };
}

const leaseIn = ({ systemAttrs }: RunningTrial): TrialLease | undefined =>
  (systemAttrs[ATTRIBUTE.lease] ?? undefined) as TrialLease | undefined;

function runningStatus(trial: RunningTrial): RunningStatus {
  const lease = leaseIn(trial);
  return {
    number: trial.number,
    worker: lease?.worker ?? null,
    host: lease?.host ?? null,
    attempt: lease?.attempt ?? 0,
    since: lease?.since ?? trial.startedAt?.toISOString() ?? null,
    device: trial.device ?? null,
    lastStep: trial.reports.at(-1)?.step ?? null,
  };
}

function workerStatus(
  worker: string,
  running: readonly RunningTrial[],
  sign: SignOfLife | undefined,
): WorkerStatus {
  const held = running.filter((trial) => leaseIn(trial)?.worker === worker);
  const lastSignMs = sign?.ageMs === undefined ? null : Math.round(sign.ageMs);
  return {
    worker,
    host: leaseIn(held[0])?.host ?? "",
    running: held.length,
    lastSignMs,
    expired: lastSignMs !== null && lastSignMs > LEASE_MS,
  };
}
