import { ATTRIBUTE } from "../contracts/attributes.ts";
import { LEASE_MS, type SignOfLife, type TrialLease } from "../contracts/trial-lease.ts";
import type { FinishedTrial, RunningTrial, Trial, TrialState } from "../contracts/trial.ts";
import type { PresentWorker } from "../study/heartbeat/presence.ts";
import { runStateOf, type RunState } from "../study/trial/lost-trial.ts";
import { isAlive, type ProcessIdentity } from "../system/process-identity.ts";
import type { Present } from "./heard-workers.ts";

/** The state of a study, for those who operate it. */
export interface StudyStatus {
  readonly name: string;
  readonly trials: Readonly<Record<TrialState, number>>;
  /** How many trials that are stored as running nobody runs any more. */
  readonly interrupted: number;
  /** How many trials ended in the last hour. */
  readonly lastHour: number;
  /** How often trials were started again as their worker was lost. */
  readonly attempts: number;
  /** How many workers live and hold no trial. */
  readonly idle: number;
  /**
   * The age of the oldest last heartbeat among workers that hold trials, in ms; null if unknown.
   */
  readonly oldestSignMs: number | null;
  /** By the trial's number. */
  readonly running: readonly RunningStatus[];
  /** The workers that hold trials or wait for one, and those that ended without saying so. */
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
  /** What becomes of the trial when the study goes on, as for the command `resume`. */
  readonly state: RunState;
}

export interface WorkerStatus {
  readonly worker: string;
  readonly host: string;
  readonly running: number;
  /**
   * The age of its last heartbeat in ms; null if there is none, or its clock is not this machine's.
   */
  readonly lastSignMs: number | null;
  /**
   * "gone": its process ended without saying so. "silent": it gave no sign for a lease, so that its trials
   * may be given to others.
   */
  readonly state: "busy" | "idle" | "silent" | "gone";
}

const HOUR_MS = 3_600_000;

/** What the status needs of a study. */
export interface StatusStudy {
  readonly name: string;
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly finished: readonly FinishedTrial[];
  readonly running: readonly RunningTrial[];
}

/** What is known of a study's workers. */
export interface WorkerSigns {
  /** Heartbeats by the worker's id. */
  readonly signs: ReadonlyMap<string, SignOfLife>;
  /** The workers that the study's attributes name as present. */
  readonly entered?: readonly PresentWorker[];
  /** The workers that the coordinator has heard; left out if none is asked. */
  readonly present?: Present;
}

/** The processes that hold trials. */
const holdersOf = (running: readonly RunningTrial[]): readonly PresentWorker[] =>
  running.flatMap((trial) => {
    const lease = leaseIn(trial);
    if (!lease) return [];
    const { worker, host } = lease;
    const runner = trial.systemAttrs[ATTRIBUTE.runner] as ProcessIdentity | null | undefined;
    return [{ worker, host, leaseMs: LEASE_MS, ...(runner && { runner }) }];
  });

/** The ids of the workers whose signs of life the status of a study needs. */
export const watchedOf = (
  running: readonly RunningTrial[],
  entered: readonly PresentWorker[],
): readonly string[] => [
  ...new Set([...holdersOf(running), ...entered].map(({ worker }) => worker)),
];

/** @param now by this machine's clock */
export function studyStatus(
  { name, counts, finished, running }: StatusStudy,
  { signs, entered = [], present }: WorkerSigns,
  now: Date,
): StudyStatus {
  const isRecent = ({ completedAt }: FinishedTrial): boolean =>
    completedAt !== undefined && now.getTime() - completedAt.getTime() <= HOUR_MS;
  const attempts = [...finished, ...running].map(({ systemAttrs }) =>
    Number(systemAttrs[ATTRIBUTE.attempts] ?? 0),
  );
  const heard = (present?.workers ?? []).map((each) => ({ ...each, leaseMs: present!.leaseMs }));
  const known: readonly PresentWorker[] = [...holdersOf(running), ...entered, ...heard];
  const all = new Map(known.map((each) => [each.worker, each]));
  const ages = new Map(heard.map(({ worker, lastSignMs }) => [worker, lastSignMs]));
  const ageOf = (worker: string): number | undefined =>
    ages.get(worker) ?? signs.get(worker)?.ageMs;
  const isSilent = (worker: string): boolean =>
    (ageOf(worker) ?? 0) > (present?.leaseMs ?? all.get(worker)?.leaseMs ?? LEASE_MS);
  const workers = [...all.values()].map(({ worker, host, runner }): WorkerStatus => {
    const held = running.filter((trial) => leaseIn(trial)?.worker === worker).length;
    const age = ageOf(worker);
    const lastSignMs = age === undefined ? null : Math.round(age);
    const lives = runner && isAlive(runner);
    const isMissed = lives === undefined && isSilent(worker);
    const state = lives === false ? "gone" : isMissed ? "silent" : held > 0 ? "busy" : "idle";
    return { worker, host, running: held, lastSignMs, state };
  });
  const isFree = ({ worker }: TrialLease): boolean => isSilent(worker);
  const states = running.map((trial) => runningStatus(trial, runStateOf(trial, now, isFree)));
  const oldest = workers.flatMap(({ state, running: held, lastSignMs }) =>
    held > 0 && state !== "gone" ? (lastSignMs ?? []) : [],
  );
  return {
    name,
    trials: counts,
    interrupted: states.filter((trial) => trial.state === "interrupted").length,
    lastHour: finished.filter(isRecent).length,
    attempts: attempts.reduce((sum, each) => sum + each, 0),
    idle: workers.filter(({ state }) => state === "idle").length,
    oldestSignMs: oldest.length > 0 ? Math.max(...oldest) : null,
    running: states,
    workers,
  };
}

const leaseIn = ({ systemAttrs }: Trial): TrialLease | undefined =>
  (systemAttrs[ATTRIBUTE.lease] ?? undefined) as TrialLease | undefined;

function runningStatus(trial: RunningTrial, state: RunState): RunningStatus {
  const lease = leaseIn(trial);
  return {
    number: trial.number,
    worker: lease?.worker ?? null,
    host: lease?.host ?? null,
    attempt: lease?.attempt ?? 0,
    since: lease?.since ?? trial.startedAt?.toISOString() ?? null,
    device: trial.device ?? null,
    lastStep: trial.reports.at(-1)?.step ?? null,
    state,
  };
}
