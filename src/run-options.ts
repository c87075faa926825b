import { HpoError } from "./errors.ts";
import type { Objective } from "./live-trial.ts";
import type { OptimizeOptions } from "./optimize.ts";
import { inlineRunner } from "./runner/inline.ts";
import { deviceOptionsOver, type DeviceOptions } from "./runner/devices/options.ts";
import type { DevicePlan } from "./runner/devices/plan.ts";
import { importModule } from "./runner/load-objective.ts";
import type { Runner } from "./runner/runner.ts";
import { threadRunner } from "./runner/thread.ts";

/** How a study runs where `optimize` is not told otherwise: what its definition says. */
export interface RunDefaults extends DeviceOptions {
  readonly objective?: Objective<never>;
  /** Of the module that exports the definition. */
  readonly url?: string;
  readonly trials?: number;
  readonly timeoutMs?: number;
  readonly until?: OptimizeOptions["until"];
  readonly workers?: number;
}

/** The options of a run: those given, else the definition's; the total only if nothing is added. */
export function runOptions(given: OptimizeOptions, defaults: RunDefaults): OptimizeOptions {
  const options = {
    total: given.trials === undefined ? defaults.trials : undefined,
    timeoutMs: defaults.timeoutMs,
    until: defaults.until,
    workers: defaults.workers,
    ...dropUndefined(given),
    ...deviceOptionsOver(given, defaults),
  };
  for (const key of ["trials", "total"] as const) {
    const value = options[key];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new HpoError(`optimize: ${key}=${value} is no integer of at least 0.`);
    }
  }
  const { workers = 1 } = options;
  if (!(Number.isSafeInteger(workers) && workers >= 1)) {
    throw new HpoError(`optimize: workers=${workers} is no integer of at least 1.`);
  }
  return options;
}

/** The runner for an objective: in this thread, or in worker threads if it is given as a module. */
export async function runnerFor(
  objective: Objective<never> | URL | undefined,
  study: string,
  { workers, leases }: Pick<DevicePlan, "workers" | "leases">,
  defaults: RunDefaults,
): Promise<Runner> {
  if (leases) {
    throw new HpoError(
      `Study "${study}": devices need trials in processes of their own, and optimize runs them in ` +
        "this one. Leave devices out, or give optimizeWith a commandRunner with leases.",
    );
  }
  if (objective instanceof URL) return threadRunner({ module: objective, workers });
  const closure = objective ?? defaults.objective;
  if (!closure) {
    throw new HpoError(
      `Study "${study}" has no objective. Give one to defineStudy, or to optimize: a function, or ` +
        'new URL("./objective.ts", import.meta.url) to run it in worker threads.',
    );
  }
  if (workers === 1) return inlineRunner(closure);
  if (objective || defaults.url === undefined) {
    throw new HpoError(
      `optimize: a function can't run in ${workers} workers, as threads share no closures. Give ` +
        'the module whose default export it is, optimize(new URL("./objective.ts", ' +
        "import.meta.url), { workers }), or put url: import.meta.url into defineStudy.",
    );
  }
  const exportName = await exportOf(defaults.url, study);
  return threadRunner({ module: new URL(defaults.url), exportName, workers });
}

/** Under which name a module exports the definition of a study. */
async function exportOf(url: string, study: string): Promise<string> {
  const module = await importModule(url);
  const found = Object.entries(module).find(
    ([, value]) =>
      typeof value === "object" && value !== null && "name" in value && value.name === study,
  );
  if (found) return found[0];
  throw new HpoError(
    `${url} does not export the study "${study}". Export what defineStudy gives, so that workers ` +
      "can import it.",
  );
}

const dropUndefined = (options: OptimizeOptions): OptimizeOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
