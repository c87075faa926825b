import { assertNever } from "../../errors.ts";
import type { CurveName, TrainOptions } from "./options.ts";

const defaultCurves = ["gradientNorm", "learningRate", "trainLoss"] as const;

interface Measured {
  readonly options: TrainOptions;
}
interface Measures {
  readonly loss: number;
  readonly norms?: { readonly all: number };
}

/** NaN where there is nothing to tell. */
function measure(name: CurveName, { options }: Measured, { loss, norms }: Measures): number {
  switch (name) {
    case "gradientNorm":
      return norms?.all ?? NaN;
    case "learningRate":
      return options.optimizer.learningRate;
    case "trainLoss":
      return loss;
    case "sharpness":
      throw new Error("not yet");
    default:
      return assertNever(name);
  }
}

/** The values of the curves that the run was asked for, at its latest step. */
export function measureCurves(run: Measured, measures: Measures): Record<string, number> {
  const names: readonly CurveName[] = run.options.curves ?? defaultCurves;
  const values = names.map((name) => [name, measure(name, run, measures)] as const);
  return Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value)));
}
