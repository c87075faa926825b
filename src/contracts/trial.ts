import type { Divergence } from "../errors/errors.ts";
import type { Distribution } from "../space/distribution.ts";
import type { Params } from "../space/search-space.ts";

/** What is done with a metric. */
export type Direction = "minimize" | "maximize";

/** What a trial reports: the metric at a step (epochs, batches, …; an integer ≥ 0). No page: see `report`. */
export interface Report {
  readonly step: number;
  readonly value: number;
}

/** What a trial logged beside its metric: by name, in the order in which it came. */
export type Curves = Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;

/** Why a trial failed. Divergence and lack of memory say something about the parameters. */
export type Failure =
  | ({ readonly reason: "diverged"; readonly message: string } & Partial<Divergence>)
  | { readonly reason: "outOfMemory"; readonly message: string }
  | {
      readonly reason: "error";
      readonly message: string;
      /** A command that ended well and told no result. */
      readonly cause?: "noResult";
      readonly stack?: string;
    }
  | { readonly reason: "timeout"; readonly message: string; readonly limitMs?: number }
  | { readonly reason: "lost"; readonly message: string }
  /** It was queued, and taken away before it ran. */
  | { readonly reason: "cancelled"; readonly message: string }
  | { readonly reason: "unknown"; readonly message: string };

export type Attributes = Readonly<Record<string, unknown>>;

interface TrialBase {
  /** Counts from 0 within the study. */
  readonly number: number;
  readonly params: Params;
  /** The distribution that each parameter was drawn from; a study's ranges may move. */
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** By ascending step. */
  readonly reports: readonly Report[];
  readonly userAttrs: Attributes;
  readonly systemAttrs: Attributes;
  /** The number of the paused trial whose training this one goes on with. */
  readonly continueFrom?: number;
  /** What it ran on, where devices were used: `cuda:0`, `cuda:0,cuda:1`, `cpu:0-3`. */
  readonly device?: string;
}

/** Queued; its fixed parameters stand in `params`, the others are suggested when it starts. */
export interface WaitingTrial extends TrialBase {
  readonly state: "waiting";
}
/** A trial that has started and has not ended. */
export interface RunningTrial extends TrialBase {
  readonly state: "running";
  readonly startedAt?: Date;
}
interface Finished extends TrialBase {
  readonly startedAt?: Date;
  readonly completedAt?: Date;
  /** ≤ 0 is feasible. */
  readonly constraints?: readonly number[];
  /** Kept out of the search, and of the best, by hand. */
  readonly excluded?: true;
}
/** A trial that came to its end, with a value for each metric. */
export interface CompleteTrial extends Finished {
  readonly state: "complete";
  /** One per metric, in the study's order and sense; may be ±Infinity, never NaN. */
  readonly values: readonly number[];
}
/** A trial that was stopped early; its last report is its value. */
export interface PrunedTrial extends Finished {
  readonly state: "pruned";
  /** The report at the largest step, if there is one and the study has one metric. */
  readonly values: readonly number[];
}
/** A trial that gave no value, with the reason. */
export interface FailedTrial extends Finished {
  readonly state: "failed";
  readonly failure: Failure;
}

/** A trial that is at its end, whichever: it never changes again. */
export type FinishedTrial = CompleteTrial | PrunedTrial | FailedTrial;
/** One trial of a study, as it stands. */
export type Trial = WaitingTrial | RunningTrial | FinishedTrial;
/** Where a trial stands. */
export type TrialState = Trial["state"];

export const TRIAL_STATES = ["waiting", "running", "complete", "pruned", "failed"] as const;

/**
 * Whether a trial is complete, pruned or failed: no longer waiting or running.
 *
 * @example
 * ```ts
 * import { isFinished, loadStudy } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * console.log(study.trials().filter(isFinished).length);
 * ```
 */
export const isFinished = (trial: Trial): trial is FinishedTrial =>
  trial.state === "complete" || trial.state === "pruned" || trial.state === "failed";

/** Queued, and taken away before it ran: it tells nothing, and counts for nothing. */
export const isCancelled = (trial: Trial): boolean =>
  trial.state === "failed" && trial.failure.reason === "cancelled";

/** No constraint is above 0. A trial without constraints is feasible. */
export const isFeasible = (trial: { readonly constraints?: readonly number[] }): boolean =>
  trial.constraints === undefined || trial.constraints.every((value) => value <= 0);
