import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lease } from "../contracts/lease.ts";
import { inheritedEnvironment } from "../runner/command/command-environment.ts";
import { prepareTrial, type CommandPlanner } from "../runner/command/command-plan.ts";
import type { Params } from "../space/search-space.ts";
import { commandProbe } from "../study/prior/command-probe.ts";
import type { Probe } from "../theory/probe/probe.ts";

export interface ProbeStart {
  readonly plan: CommandPlanner;
  readonly params: Params;
  readonly seed?: number;
  readonly lease?: Lease;
  readonly giveBack: () => void;
}

/**
 * The program as a probe's process: as for trial 0, on its device, with what it keeps in a scratch
 * folder.
 */
export function probeOfCommand({
  plan,
  params,
  seed = 0,
  lease,
  giveBack,
}: ProbeStart): Promise<Probe> {
  const directoryPath = mkdtempSync(join(tmpdir(), "hpo-probe-"));
  const trial = { number: 0, params, seed, directoryPath };
  const planned = plan(trial, lease);
  prepareTrial(planned);
  const cleanUp = (): void => {
    giveBack();
    rmSync(directoryPath, { recursive: true, force: true });
  };
  return commandProbe({
    argv: planned.argv,
    cwd: planned.cwd,
    env: { ...inheritedEnvironment(), ...planned.env },
    cleanUp,
  });
}
