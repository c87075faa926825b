import type { Objective } from "../contracts/objective.ts";
import { planDevices } from "../runner/devices/plan.ts";
import { createRunner } from "./create-runner.ts";
import type { OptimizeOptions, RunDefaults } from "./run-options.ts";
import type { StudyEngine } from "./study-engine.ts";

/** Where an objective comes from if it is not given. */
export interface ObjectiveOwner {
  /** The study that the module of the definition exports. */
  readonly study: string;
  readonly defaults: RunDefaults;
}

/** Runs an objective in a study, on the devices that there are. @returns why it stopped */
export async function optimizeObjective(
  engine: StudyEngine,
  objective: Objective<never> | URL | undefined,
  options: OptimizeOptions,
  { study, defaults }: ObjectiveOwner,
): Promise<string> {
  const plan = await planDevices({ ...options, study, env: process.env });
  for (const message of [...plan.notes, ...plan.lines]) engine.note(message);
  const runner = await createRunner(objective, study, plan, options, defaults);
  try {
    return await engine.optimizeWith(runner, { ...options, workers: plan.workers });
  } finally {
    // An aborted objective may never end; its threads are given up, not waited for.
    const closed = runner.close();
    if (!options.signal?.aborted) await closed;
  }
}
