import { portChannel } from "../worker/trial-channel.ts";
import type { Notice, WorkerResult, WorkerTask } from "../worker/protocol.ts";
import { runObjective } from "../worker/run-objective.ts";
import { capturingOutput } from "./worker-output.ts";
import { runAsTrial } from "../worker/stragglers.ts";
import { workerTrial } from "../worker/worker-trial.ts";

// Runs in a pool's thread: piscina calls `runTask` once per trial.

export async function runTask(task: WorkerTask): Promise<WorkerResult> {
  const { live, note, end } = workerTrial(task.trial, portChannel(task.port, task.shared));
  const tell = (message: Notice): void => task.port.postMessage(message);
  const sink = {
    inherit: task.inheritOutput,
    post: (text: string) => tell({ kind: "output", text }),
  };
  try {
    return await runAsTrial(task.trial.number, note, () =>
      capturingOutput(sink, () => runObjective(task, live, tell)),
    );
  } finally {
    end();
  }
}
