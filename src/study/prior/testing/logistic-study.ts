import {
  defineStudy,
  theory,
  type LiveTrial,
  type StudyDefinition,
  type TheoryOptions,
} from "../../../index.ts";
import { logisticProbe, logisticSpace, trained } from "../../../theory/study/testing/logistic.ts";
import { tpe } from "../../../../strategies/index.ts";

export type Definition = Partial<StudyDefinition>;
export const calls = (): { count: number } => ({ count: 0 });

export const fixedSteps = { budget: "fixedSteps" } as const;

/** A study of the logistic regression with theory's prior. */
export const definition = (extra: Definition = {}, counted = calls()): StudyDefinition =>
  defineStudy({
    name: "logistic",
    space: logisticSpace,
    strategy: tpe(),
    trials: 30,
    seed: 1,
    prior: theory(),
    probe: () => logisticProbe(counted),
    objective: ({ params, seed }: LiveTrial) => trained(params, seed),
    ...extra,
  });

/** The usual rate is moved so that the centre lies this many sd from where it would be. */
export const wrongBy = (sd: number): TheoryOptions => ({
  ...fixedSteps,
  smallNet: false,
  // A = √default, and s = 1.5.
  defaultRate: 0.68 * 0.68 * Math.exp(2 * 1.5 * sd),
});
