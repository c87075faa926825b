import type { Trial } from "../../contracts/trial.ts";
import { loggedCurve, type StepCurve } from "./curves.ts";
import type { PlottedStudy } from "./plotted-study.ts";
import { parameterOfRole } from "./roles.ts";

/** Under these names trials log λ_max and, where it changes, the learning rate. */
export const SHARPNESS = "sharpness";
const RATES = ["learningRate", "lr", "learning_rate"];

/** A training that logged its sharpness beside a learning rate. */
export interface LoggedEdge {
  readonly trial: number;
  /** At the first step. */
  readonly learningRate: number;
  /** λ_max, at two steps at least. */
  readonly sharpness: StepCurve;
  /** η at a step. */
  readonly rate: (step: number) => number;
}

export function loggedEdges(study: PlottedStudy): LoggedEdge[] {
  const rateName = parameterOfRole(study, "learningRate");
  return study.trials.flatMap((trial): LoggedEdge[] => {
    const sharpness = loggedCurve(trial, SHARPNESS);
    const rate = rateReader(trial, rateName);
    if (!sharpness || sharpness.steps.length < 2 || !rate) return [];
    const learningRate = rate(sharpness.steps[0]);
    return learningRate > 0 ? [{ trial: trial.number, learningRate, sharpness, rate }] : [];
  });
}

/** η at a step: the last that was logged up to it, else the parameter. */
function rateReader(
  { params, ...trial }: Trial,
  name?: string,
): ((step: number) => number) | undefined {
  const logged = RATES.map((one) => loggedCurve({ params, ...trial }, one)).find(
    (curve) => curve && curve.steps.length > 0,
  );
  if (logged) {
    return (step) => {
      const after = logged.steps.findIndex((at) => at > step);
      const at = after < 0 ? logged.steps.length - 1 : Math.max(0, after - 1);
      return logged.values[at];
    };
  }
  const value = name !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;
  return typeof value === "number" ? () => value : undefined;
}
