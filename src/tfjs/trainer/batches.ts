import type { Rng } from "../../numerics/rng.ts";

/**
 * The order of the batches: every epoch a new seeded shuffle, of which the last examples that fill
 * no batch are left out. It is a function of (seed, step), so a resumed run needs no state.
 */
export interface BatchOrder {
  readonly stepsPerEpoch: number;
  /** The indices of the examples of a step, counted from 0 over the whole run. */
  indicesAt(step: number): Int32Array;
}

/** @param batchSize at most `count` is used: a smaller dataset gives one batch of all. */
export function batchOrder(count: number, batchSize: number, rng: Rng): BatchOrder {
  const size = Math.min(batchSize, count);
  const stepsPerEpoch = Math.floor(count / size);
  let epochAtHand = -1;
  let order = new Int32Array(0);
  return {
    stepsPerEpoch,
    indicesAt(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (epoch !== epochAtHand) {
        order = Int32Array.from(rng.fork("shuffle", epoch).permutation(count));
        epochAtHand = epoch;
      }
      const start = (step - epoch * stepsPerEpoch) * size;
      return order.subarray(start, start + size);
    },
  };
}
