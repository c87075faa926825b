import { requireOneOf, requireWithin } from "../errors/checks.ts";
import { parseMemoryLimit } from "../system/byte-size.ts";

const ISOLATIONS = ["thread", "process", "auto"] as const;

/**
 * What a module's trials run in. `thread`: a worker thread each, the cheapest; one that blocks
 * can't be stopped, and a crash of native code ends the study. `process`: a warm child process each,
 * which can be killed, bound to a device and held to a memory limit. `auto`: processes where that is
 * needed, else threads.
 */
export type Isolation = (typeof ISOLATIONS)[number];

/** How a trial is run, and what ends it. */
export interface TrialOptions {
  /** auto if left out. */
  readonly isolation?: Isolation;
  /**
   * In milliseconds, > 0: a trial that runs longer fails as `timeout`. Its signal is aborted, and where
   * that does not end it in time, its process gets SIGTERM and SIGKILL, or its thread is given up.
   */
  readonly trialTimeoutMs?: number;
  /** The same for a trial that reports, logs and prints nothing for so many milliseconds, > 0. */
  readonly silenceMs?: number;
  /** How long a trial that is told to stop has to end by itself, in milliseconds, > 0; 5000 if left out. */
  readonly abortGraceMs?: number;
  /** "4GiB" or bytes, ≥ 2²⁰: a trial whose process holds more is killed and fails as `outOfMemory`. */
  readonly memoryLimit?: string | number;
}

/** The options of `given`, and the defaults where it has none. */
export const trialOptionsOver = (given: TrialOptions, defaults: TrialOptions): TrialOptions => ({
  isolation: given.isolation ?? defaults.isolation,
  trialTimeoutMs: given.trialTimeoutMs ?? defaults.trialTimeoutMs,
  silenceMs: given.silenceMs ?? defaults.silenceMs,
  abortGraceMs: given.abortGraceMs ?? defaults.abortGraceMs,
  memoryLimit: given.memoryLimit ?? defaults.memoryLimit,
});

const MILLISECONDS = { open: true, remedy: "Give milliseconds." };

/** @throws HpoError that names the option that is wrong. */
export function checkTrialOptions(where: string, options: TrialOptions): void {
  const { isolation, memoryLimit } = options;
  if (isolation !== undefined) requireOneOf(`${where}: isolation`, isolation, ISOLATIONS);
  for (const key of ["trialTimeoutMs", "silenceMs", "abortGraceMs"] as const) {
    const value = options[key];
    if (value !== undefined) requireWithin(`${where}: ${key}`, value, 0, Infinity, MILLISECONDS);
  }
  if (memoryLimit !== undefined) parseMemoryLimit(`${where}: memoryLimit`, memoryLimit);
}
