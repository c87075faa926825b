import { assertNever } from "../../errors.ts";
import type { CurveName, TrainOptions } from "./options.ts";

const defaultCurves = ["gradientNorm", "learningRate", "trainLoss"] as const;

interface Measured {
  readonly options: TrainOptions;
}

function measure(name: CurveName, run: Measured, trainLoss: number, gradientNorm: number): number {
  switch (name) {
    case "gradientNorm":
      return gradientNorm;
    case "learningRate":
      return run.options.optimizer.learningRate;
    case "trainLoss":
      return trainLoss;
    case "sharpness":
      throw new Error("not yet");
    default:
      return assertNever(name);
  }
}

/** The values of the curves that the run was asked for, at its latest step. */
export function measureCurves(run: Measured, trainLoss: number, gradientNorm: number) {
  const names: readonly CurveName[] = run.options.curves ?? defaultCurves;
  return Object.fromEntries(
    names.map((name) => [name, measure(name, run, trainLoss, gradientNorm)]),
  );
}
