import type { LiveTrial, Outcome } from "./objective.ts";
import type { Direction } from "./trial.ts";

/**
 * Runs objectives: in this thread, in worker threads, or as commands. One contract for all, so
 * that the study does not know where a trial runs.
 */
export interface Runner {
  /** How many trials may run at once; at least 1. */
  readonly slots: number;
  /** Its objectives run in this thread: one that does not yield can't be interrupted. */
  readonly isBlocking?: boolean;
  /**
   * Waits for a slot to run a trial in, before there is one: a trial that is asked for then knows
   * what came meanwhile. Left out where a trial need not wait.
   * @throws what `waiter.signal` was aborted with; HpoError if no slot is left
   */
  reserve?(waiter: Waiter): Promise<Reservation>;
  /**
   * Runs one trial to its end. What the objective reports, logs and asks goes to `trial`. Never
   * rejects: whatever goes wrong is the outcome's failure, and the runner stays usable.
   * @param reservation which it uses up; without one the trial waits for a slot
   */
  run(trial: HostTrial, reservation?: Reservation): Promise<Outcome>;
  /** Waits for running trials, then ends every thread and process. */
  close(): Promise<void>;
}

/** Who waits for a slot. */
export interface Waiter {
  readonly signal: AbortSignal;
  /** Tells who watches the study. */
  note(message: string): void;
}

/** A slot, and its devices, that nobody else has. */
export interface Reservation {
  /** Gives it back unused; once it was used, it does nothing. */
  giveBack(): void;
}

/** What a trial's program may want to know of its study. */
export interface TrialStudy {
  readonly name: string;
  /** By name, in the study's order; `value` where the only one has none. */
  readonly metrics: Readonly<Record<string, Direction>>;
}

/** The study's side of a running trial. */
export interface HostTrial extends LiveTrial {
  readonly study?: TrialStudy;
  /** The path of its folder, which need not be there yet. */
  readonly directoryPath: string;
  /**
   * The trial has its slot and starts: its time limits count from here. Called before it runs, again
   * where it is run again.
   */
  begin(): void;
  /**
   * Between two calls of `begin`: a worker starts for the trial and imports its module, whose time is not the
   * trial's; it is limited to a minute, or to the trial's own limit if that is longer.
   */
  startsWorker(): void;
  /** The trial printed something: it is alive. Whatever else it says is heard anyway. */
  heard(): void;
  /** Hands on what a worker prints as it does, for others to follow. Never throws. */
  streamOutput?(text: string): void;
  /** Keeps what the trial printed (its end, if it is long) with the trial. */
  writeOutput(text: string): void;
  /**
   * As `shouldPrune`, once a study elsewhere has heard all that was reported; left out where the study
   * is here.
   */
  judged?(): Promise<boolean>;
  /** Keeps what the trial runs on: `cuda:0`. Called before it starts, again where it moves. */
  setDevice(name: string): void;
  /** Keeps the versions of what the trial's program runs by: `{ python: "3.11.2" }`. */
  setVersions(versions: Readonly<Record<string, string>>): void;
  /** Drops what was reported of the metric so far: other lines tell it, and begin again. Extra curves stay. */
  dropReports(): void;
  /**
   * The trial begins again, as it was, because of what its parameters are not to blame for. Its
   * reports, curves and constraints are dropped, and the retry is counted.
   * @param why for people, as `NCCL error`
   */
  retry(why: string): void;
  /** Tells who watches the study; a message that was told before is not told again. */
  note(message: string): void;
}
