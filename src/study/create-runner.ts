import type { Objective } from "../contracts/objective.ts";
import type { Runner } from "../contracts/runner.ts";
import { HpoError } from "../errors/errors.ts";
import type { DevicePlan } from "../runner/devices/plan.ts";
import { inlineRunner } from "../runner/inline.ts";
import { moduleRunner } from "../runner/module-runner.ts";
import { trialOptionsOver, type TrialOptions } from "../runner/trial-options.ts";
import { importModule } from "../runner/worker/load-objective.ts";
import type { RunDefaults } from "./run-options.ts";

/** The runner for an objective: in this thread, or in workers if it is given as a module. */
export async function createRunner(
  objective: Objective<never> | URL | undefined,
  study: string,
  { workers, leases }: Pick<DevicePlan, "workers" | "leases">,
  options: TrialOptions,
  defaults: RunDefaults,
): Promise<Runner> {
  const run = { ...trialOptionsOver(options, {}), workers, leases };
  if (objective instanceof URL) return moduleRunner({ ...run, module: objective });
  const closure = objective ?? defaults.objective;
  if (!closure) {
    throw new HpoError(
      `Study ${JSON.stringify(study)} has no objective. Give one to defineStudy, or to optimize: a function, or ` +
        'new URL("./objective.ts", import.meta.url) to run it in worker threads.',
    );
  }
  const url = objective ? undefined : defaults.url;
  const reason = whyWorkers(run, url !== undefined);
  if (reason === undefined) return inlineRunner(closure, { abortGraceMs: run.abortGraceMs });
  if (url === undefined) {
    throw new HpoError(
      `optimize: a function can't run in ${reason}, as workers share no closures. Give ` +
        'the module whose default export it is, optimize(new URL("./objective.ts", ' +
        "import.meta.url), { workers }), or put url: import.meta.url into defineStudy.",
    );
  }
  return moduleRunner({ ...run, module: new URL(url), exportName: await exportOf(url, study) });
}

/**
 * Why workers are needed; undefined if this thread will do. Only workers can be stopped at limits.
 */
function whyWorkers(
  {
    workers,
    leases,
    isolation,
    memoryLimit,
    trialTimeoutMs,
    silenceMs,
  }: TrialOptions & Pick<DevicePlan, "workers" | "leases">,
  hasModule: boolean,
): string | undefined {
  if (leases) return "processes on devices";
  if (workers > 1) return `${workers} workers`;
  if (isolation === "thread" || isolation === "process") return `isolation "${isolation}"`;
  if (memoryLimit !== undefined) return "a process with a memoryLimit";
  return hasModule && (trialTimeoutMs ?? silenceMs) !== undefined ? "a process" : undefined;
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
    `${url} does not export the study ${JSON.stringify(study)}. Export what defineStudy gives, so that workers ` +
      "can import it.",
  );
}
