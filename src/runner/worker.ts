import { HpoError } from "../errors.ts";
import type { Objective } from "../live-trial.ts";
import { importModule, objectiveOf } from "./load-objective.ts";
import { outcomeOfThrown } from "./outcome.ts";
import type { Notice, WorkerResult, WorkerTask } from "./protocol.ts";
import { capturingOutput } from "./worker-output.ts";
import { workerTrial } from "./worker-trial.ts";

// Runs in a pool's thread: piscina calls `runTask` once per trial.

const loaded = new Map<string, Promise<Objective>>();

/** The objective, imported at the thread's first trial and warm from then on. */
function objectiveFor({ module, exportName }: WorkerTask): Promise<Objective> {
  const key = `${module}#${exportName ?? ""}`;
  const known = loaded.get(key);
  if (known) return known;
  const loading = importModule(module).then((it) => objectiveOf(it, module, exportName));
  loaded.set(key, loading);
  return loading;
}

export async function runTask(task: WorkerTask): Promise<WorkerResult> {
  const { live, end } = workerTrial(task);
  const sink = {
    inherit: task.inheritOutput,
    post: (text: string) => task.port.postMessage({ kind: "output", text } satisfies Notice),
  };
  try {
    const result = await capturingOutput<unknown>(sink, async () => {
      const objective = await objectiveFor(task);
      return objective(live);
    });
    return { kind: "returned", result: portable(result) };
  } catch (thrown) {
    return outcomeOfThrown(thrown, live.signal);
  } finally {
    end();
  }
}

function portable(result: unknown): unknown {
  try {
    return structuredClone(result);
  } catch (error) {
    throw new HpoError(
      `The objective returned what can't leave its worker thread (${String(error)}). ` +
        "Return a number, an array of numbers or an object of numbers.",
    );
  }
}
