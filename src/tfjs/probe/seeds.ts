import type { BaseOptimizerName } from "../optimizers/create.ts";
import { saveArray, type OptimizerState, type SavedArray } from "../optimizers/support/state.ts";
import type { Subject } from "./spec.ts";

/** Steps after which bias corrections and warm-ups of moments have come to rest. */
const SETTLED = 100_000;

export interface Moments {
  /** ν, mean of squared gradients, [d]. */
  readonly second: Float64Array;
  /** ḡ, [d]. */
  readonly first: Float64Array;
}

type Slots = Readonly<Record<string, SavedArray>>;
type SlotsOf = (nu: SavedArray, mean: SavedArray, zero: SavedArray) => Slots;

const adamSlots: SlotsOf = (nu, _, zero) => ({ m: zero, v: nu });

/** Where moving averages stand once they have seen many gradients of these moments. */
const settled: Partial<Record<BaseOptimizerName, SlotsOf>> = {
  adam: adamSlots,
  adamw: adamSlots,
  "sparse-adam": adamSlots,
  nadam: adamSlots,
  radam: adamSlots,
  lamb: adamSlots,
  amsgrad: (nu, _, zero) => ({ m: zero, v: nu, largest: nu }),
  rmsprop: (nu, mean) => ({ squares: nu, mean }),
};

/** Those whose state is no average: it has to see the gradients themselves. */
const FED: readonly string[] = ["adagrad", "adadelta", "adamax", "shampoo"];
export const needsGradients = (id: string): boolean => FED.includes(id);

/**
 * An optimizer's state with its averages at ν and ḡ; undefined for rules that remember nothing
 * without momentum, or are fed.
 */
export function settledState(
  id: string,
  hyperparameters: Readonly<Record<string, unknown>>,
  subject: Subject,
  moments: Moments,
): OptimizerState | undefined {
  const slotsOf = id === "muon" ? muonSlots : settled[id as BaseOptimizerName];
  if (!slotsOf) return undefined;
  let offset = 0;
  const variables = subject.variables.map(({ name, shape, size }) => {
    const part = (flat: Float64Array): SavedArray =>
      saveArray(Float32Array.from(flat.subarray(offset, offset + size)), shape);
    const zero = saveArray(new Float32Array(size), shape);
    const slots = slotsOf(part(moments.second), part(moments.first), zero);
    offset += size;
    return { name, shape, step: SETTLED, slots: pick(slots, id, hyperparameters, shape.length) };
  });
  return { optimizer: id, iterations: SETTLED, learningRate: 1, variables };
}

/** Both of Muon's parts; `pick` takes the one that a variable has. */
const muonSlots: SlotsOf = (nu, _, zero) => ({ momentum: zero, m: zero, v: nu });

function pick(
  slots: Slots,
  id: string,
  { centered }: Readonly<Record<string, unknown>>,
  rank: number,
): Slots {
  if (id === "muon") return rank === 2 ? { momentum: slots.momentum } : { m: slots.m, v: slots.v };
  if (id === "rmsprop" && centered !== true) return { squares: slots.squares };
  return slots;
}
