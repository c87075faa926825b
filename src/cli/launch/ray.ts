import type { Launcher } from "./launcher.ts";
import { headline, workWords } from "./work-job.ts";

/** A Python program for a Ray cluster that starts each worker as a task. */
export const ray: Launcher = {
  name: "ray",
  description: "a Python program: a task of Ray each worker, tried again where a node is lost",
  options: [],
  write: (job) => {
    const needs = [
      `num_gpus=${job.gpus}`,
      `num_cpus=${job.cpus ?? 1}`,
      ...(job.bytes === undefined ? [] : [`memory=${job.bytes}`]),
      "max_retries=-1",
    ];
    return `\
# ${headline(job)}. On a machine of the cluster: python FILE
import ctypes
import os
import signal
import subprocess
import sys

import ray

WORK = ${JSON.stringify(workWords(job, 1, true))}
FOLDER = ${JSON.stringify(job.folder)}
ENVIRONMENT = ${JSON.stringify(job.tokenFile === undefined ? {} : { HPO_TOKEN_FILE: job.tokenFile })}


def end_with_parent():
    # Ray starts a lost task again elsewhere; a worker that it killed the parent of must end (Linux).
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@ray.remote(${needs.join(", ")})
def work():
    env = {**os.environ, **ENVIRONMENT}
    return subprocess.run(WORK, cwd=FOLDER, env=env, preexec_fn=end_with_parent).returncode


ray.init(address="auto")
codes = ray.get([work.remote() for _ in range(${job.workers})])
print("exit codes", codes)
sys.exit(max(map(abs, codes)))`;
  },
};
