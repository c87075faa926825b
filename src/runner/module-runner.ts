import { createRequire } from "node:module";
import { HpoError } from "../errors/errors.ts";
import type { Lease } from "../contracts/lease.ts";
import { moduleOf } from "./worker/module-of.ts";
import type { Runner } from "../contracts/runner.ts";
import type { TrialOptions } from "./trial-options.ts";

export interface ModuleRunnerOptions extends TrialOptions {
  /** The objective's module: a URL, or a path from the working directory. TypeScript or not. */
  readonly module: URL | string;
  readonly exportName?: string;
  /** How many trials run at once; with leases, as many as these. */
  readonly workers: number;
  /** The devices that trials' processes are bound to. */
  readonly leases?: readonly Lease[];
}

/**
 * Runs a module's objective in threads or in processes, as its options need.
 * @throws HpoError if threads are asked for with options that need processes
 */
export async function moduleRunner(options: ModuleRunnerOptions): Promise<Runner> {
  const { module, exportName, workers, leases, memoryLimit, abortGraceMs } = options;
  if (isolationOf(options) === "thread") {
    const { threadRunner } = await import("./thread/thread-runner.ts");
    return threadRunner({ module, exportName, workers, abortGraceMs });
  }
  const { processRunner } = await import("./process/process-runner.ts");
  return processRunner({ module, exportName, workers, leases, memoryLimit, abortGraceMs });
}

/** Where a module's trials run. */
function isolationOf(options: ModuleRunnerOptions): "thread" | "process" {
  const { isolation = "auto", leases, memoryLimit, trialTimeoutMs, silenceMs } = options;
  if (isolation === "process") return "process";
  if (isolation === "thread") {
    const what = leases ? "devices" : memoryLimit === undefined ? undefined : "memoryLimit";
    if (what === undefined) return "thread";
    throw new HpoError(
      `isolation="thread": ${what} needs trials in processes of their own. Use isolation ` +
        `"process" or "auto" (--isolation), or leave ${what} out.`,
    );
  }
  // A thread has no environment, cores or memory of its own, and can't be killed.
  const needsProcess = [leases, memoryLimit, trialTimeoutMs, silenceMs].some(
    (option) => option !== undefined,
  );
  return needsProcess || findsNativeBackend(options) ? "process" : "thread";
}

/** Packages with TensorFlow's C library, whose crashes and choice of GPU affect a whole process. */
const NATIVE_PACKAGES = ["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"];

/** Whether the module could load tfjs's native code: if it is installed for it. */
function findsNativeBackend(options: ModuleRunnerOptions): boolean {
  const { module } = moduleOf(options);
  if (!module.startsWith("file:")) return false;
  const resolvers = [createRequire(module), createRequire(import.meta.url)];
  return resolvers.some((require) => NATIVE_PACKAGES.some((name) => canResolve(require, name)));
}

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
