import type { Optimizer } from "../optimizers/optimizer.ts";
import { saveArray, type OptimizerState, type SavedArray } from "../optimizers/support/state.ts";
import { feed } from "./own-step.ts";
import type { Subject } from "./spec.ts";

/** State of a rule that is to be fed: Shampoo's roots rest meanwhile, being dear. */
export function fedStart(
  id: string,
  { epsilon }: Readonly<Record<string, unknown>>,
  subject: Subject,
): OptimizerState | undefined {
  if (id !== "shampoo") return undefined;
  const variables = subject.variables.map(({ name, shape }) => {
    const slots: Record<string, SavedArray> = {};
    shape.forEach((length, axis) => {
      slots[`sum${axis}`] = diagonal(length, Number(epsilon));
      slots[`root${axis}`] = diagonal(length, 1);
    });
    return { name, shape, step: 1, slots };
  });
  return { optimizer: id, iterations: 1, learningRate: 1, variables };
}

function diagonal(length: number, value: number): SavedArray {
  const matrix = new Float32Array(length * length);
  for (let i = 0; i < length; i++) matrix[i * (length + 1)] = value;
  return saveArray(matrix, [length, length]);
}

/** Its state after the feeding; Shampoo's roots are taken now, once. */
export async function fedState(
  optimizer: Optimizer,
  id: string,
  subject: Subject,
  meanGradient: Float64Array,
  home: Float64Array,
): Promise<OptimizerState> {
  const state = await optimizer.saveState();
  if (id !== "shampoo") return state;
  optimizer.restoreState({ ...state, variables: state.variables.map(withoutRoots) });
  feed(optimizer, subject, meanGradient, home);
  return optimizer.saveState();
}

const withoutRoots = (saved: OptimizerState["variables"][number]) => ({
  ...saved,
  slots: Object.fromEntries(Object.entries(saved.slots).filter(([key]) => key.startsWith("sum"))),
});
