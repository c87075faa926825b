import type { ProbeMeasurement } from "./measurement.ts";

/** What a measurement may cost and what it is to hold. */
export interface ProbeOptions {
  /**
   * Which optimizers: the study's "own" (default), "all" that the framework knows, or names such
   * as "adamw" and "lookahead(momentum)".
   */
  readonly optimizers?: "own" | "all" | readonly string[];
  /**
   * Most gradients of one batch that may be spent, products included. Default 100, enough for one
   * optimizer's prior; a full table takes {@link TABLE_BUDGET}. What does not fit is left out, and
   * a warning says so.
   */
  readonly budget?: number;
  /** Also what a prior does not need: tr H, power iteration, an LR range test. Default false. */
  readonly crossChecks?: boolean;
  /** Of the random starts. Default 0. */
  readonly seed?: number;
  /** Hears what is being measured and what has been spent, in gradients of one batch. */
  readonly onProgress?: (doing: string, spent: number) => void;
  readonly signal?: AbortSignal;
}

/** Gradients of one batch for one optimizer's prior, and for the table of all optimizers. */
export const PRIOR_BUDGET = 100;
export const TABLE_BUDGET = 800;

/**
 * A training problem that can be measured, in whatever framework or process it lives. Of
 * "hpo/tfjs" it is `tfProbe({ model, loss, batches, optimizer })`; a program in another language
 * answers with the measurement's JSON, which `parseMeasurement` reads.
 */
export interface Probe {
  /** At the weights as they are; leaves them as they were. */
  measure(options?: ProbeOptions): Promise<ProbeMeasurement>;
  /**
   * Trains on with the study's own optimizer, for measurements along a run. Left out by a probe
   * that can't.
   * @returns each update's loss before it
   */
  train?(steps: number): Promise<readonly number[]>;
  /** Frees what the probe was made of; a process is gone when the promise is kept. */
  dispose?(): void | Promise<void>;
}

export const isProbe = (value: unknown): value is Probe =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Partial<Probe>).measure === "function";
