import { ATTRIBUTE } from "../contracts/attributes.ts";
import { LEASE_MS, type SignOfLife, type TrialLease } from "../contracts/trial-lease.ts";
import type { FinishedTrial, RunningTrial, Trial, TrialState } from "../contracts/trial.ts";
import type { Present } from "./heard-workers.ts";

/** How a study goes: for those who operate it. */
export interface StudyStatus {
  readonly name: string;
  readonly trials: Readonly<Record<TrialState, number>>;
  /** How many ended in the last hour. */
  readonly lastHour: number;
  /** How often trials were started again as their worker was lost. */
  readonly attempts: number;
  /** How many workers live and hold no trial. */
  readonly idle: number;
  /** How long ago the worker that was silent longest of those that hold trials gave a sign, in ms; null if unknown. */
  readonly oldestSignMs: number | null;
  /** By the trial's number. */
  readonly running: readonly RunningStatus[];
  /** Those that hold trials, and those that live. */
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

/** A process that holds trials of the study, or held some. */
interface KnownWorker {
  readonly worker: string;
  readonly host: string;
}

/** What is known of the workers of a study. */
export interface WorkerSigns {
  /** By the worker's id. */
  readonly signs: ReadonlyMap<string, SignOfLife>;
  /** What their coordinator has heard of them; left out where none is asked. */
  readonly present?: Present;
}

/** The processes that hold trials of the study, or held some. */
export function workersOf({ finished, running }: StatusStudy): readonly KnownWorker[] {
  const known = new Map<string, KnownWorker>();
  for (const trial of [...finished, ...running]) {
    const lease = leaseIn(trial);
    if (lease) known.set(lease.worker, { worker: lease.worker, host: lease.host });
  }
  return [...known.values()];
}

/** @param now by this machine's clock */
export function studyStatus(
  study: StatusStudy,
  { signs, present }: WorkerSigns,
  now: Date,
): StudyStatus {
  const { name, counts, finished, running } = study;
  const isRecent = ({ completedAt }: FinishedTrial): boolean =>
    completedAt !== undefined && now.getTime() - completedAt.getTime() <= HOUR_MS;
  const attempts = [...finished, ...running].map(({ systemAttrs }) =>
    Number(systemAttrs[ATTRIBUTE.attempts] ?? 0),
  );
  const leaseMs = present?.leaseMs ?? LEASE_MS;
  const ages = new Map(present?.workers.map(({ worker, lastSignMs }) => [worker, lastSignMs]));
  const all = new Map(
    [...workersOf(study), ...(present?.workers ?? [])].map((each) => [each.worker, each]),
  );
  const workers = [...all.values()]
    .map(({ worker, host }): WorkerStatus => {
      const held = running.filter((trial) => leaseIn(trial)?.worker === worker).length;
      const age = ages.get(worker) ?? signs.get(worker)?.ageMs;
      const lastSignMs = age === undefined ? null : Math.round(age);
      const expired = lastSignMs !== null && lastSignMs > leaseMs;
      return { worker, host, running: held, lastSignMs, expired };
    })
    .filter((each) => each.running > 0 || (each.lastSignMs !== null && !each.expired));
  const oldest = workers.flatMap((each) => (each.running > 0 ? (each.lastSignMs ?? []) : []));
  return {
    name,
    trials: counts,
    lastHour: finished.filter(isRecent).length,
    attempts: attempts.reduce((sum, each) => sum + each, 0),
    idle: workers.filter((each) => each.running === 0).length,
    oldestSignMs: oldest.length > 0 ? Math.max(...oldest) : null,
    running: running.map(runningStatus),
    workers,
  };
}

const leaseIn = ({ systemAttrs }: Trial): TrialLease | undefined =>
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
