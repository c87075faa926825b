import { HpoError } from "../../errors/errors.ts";
import { cpuList } from "../../system/affinity.ts";
import type { Lease } from "../../contracts/lease.ts";
import type { Environment } from "./device.ts";
import type { UsableCpus } from "./usable-cpus.ts";
import { counted } from "../../errors/counted.ts";

/** The variables by which common libraries are told how many threads to use. */
const THREAD_VARIABLES = [
  "OMP_NUM_THREADS",
  "MKL_NUM_THREADS",
  "OPENBLAS_NUM_THREADS",
  "NUMEXPR_NUM_THREADS",
  "VECLIB_MAXIMUM_THREADS",
  "NUMBA_NUM_THREADS",
  "RAYON_NUM_THREADS",
  "TF_NUM_INTRAOP_THREADS",
];

/** Hides all GPUs from a trial that runs on CPUs. */
const NO_GPUS = { CUDA_VISIBLE_DEVICES: "", HIP_VISIBLE_DEVICES: "" };

/**
 * Leases for `slots` trials, with the usable cores divided among them. If a control group allows
 * less CPU time than there are cores, only the threads are divided and no trial is bound to cores:
 * other groups' processes would be bound to the same ones.
 * @param env the trials' environment; a variable that it sets stays as it is
 * @throws HpoError if there are fewer cores than slots
 */
export function cpuLeases(slots: number, usable: UsableCpus, env: Environment): readonly Lease[] {
  const { cpus, count } = usable;
  if (slots > count) {
    throw new HpoError(
      `devices: cpu:${slots} asks for ${counted(slots, "slot")}, and there ${count === 1 ? "is" : "are"} ${counted(count, "core")} to use. Ask for cpu:${count} or ` +
        `fewer, or leave devices out and set workers=${slots}.`,
    );
  }
  const isBound = count === cpus.length;
  return Array.from({ length: slots }, (_, slot): Lease => {
    const [first, end] = [slot, slot + 1].map((at) => Math.floor((at * count) / slots));
    const own = cpus.slice(first, end);
    const threads = Object.fromEntries(THREAD_VARIABLES.map((name) => [name, String(own.length)]));
    const unset = Object.entries({ ...threads, ...NO_GPUS }).filter(
      ([name]) => env[name] === undefined,
    );
    return {
      name: isBound ? `cpu:${cpuList(own)}` : `cpu-slot:${slot}`,
      env: Object.fromEntries(unset),
      ...(isBound && { cpus: own }),
    };
  });
}
