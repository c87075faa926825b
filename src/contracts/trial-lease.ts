/** Who holds a running trial, on whatever device (that is a `Lease`): its system attribute `hpo:lease`, null once it was handed back. */
export interface TrialLease {
  /** How often the trial had been started again. */
  readonly attempt: number;
  /** 128 random bits. */
  readonly id: string;
  /** The process that runs it, by the id under which it says that it lives. */
  readonly worker: string;
  /** Which one of that process's trials it is; only where a coordinator gave it to a worker elsewhere. */
  readonly slot?: string;
  readonly host: string;
  /** SHA-256 of the study file that it runs by, where that is known. */
  readonly file?: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Whoever runs a trial shows this with each write: a trial that was taken over is no longer theirs. */
export interface Held {
  readonly attempt: number;
  /** The id of the lease. */
  readonly lease: string;
}

/** How often a process that runs trials says that it lives, and after what silence its trials are free. */
export const BEAT_MS = 15_000;
export const LEASE_MS = 60_000;

/** The last sign of life of a worker. */
export interface SignOfLife {
  /** Another one with each sign. */
  readonly mark: string;
  /** How long ago it was by a clock that writer and reader share; left out where they share none. */
  readonly ageMs?: number;
}
