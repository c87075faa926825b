/**
 * The law of diverging trainings: in a space of which a fifth gives NaN, a search keeps out of that
 * fifth, whichever pruner stops the trials, and comes as far with a pruner as without one.
 */
import {
  createStudy,
  float,
  searchSpace,
  TrialPruned,
  type Pruner,
  type Strategy,
} from "../index.ts";
import { pruners } from "../pruners/index.ts";

/** When a diverging training gives its first NaN: at its first report, at its third, as its result. */
export const DIVERGENCES = { "first report": 0, "third report": 2, result: 5 } as const;
export type DivergenceKind = keyof typeof DIVERGENCES;

/** Each registered pruner, with what it can't do without; `none` beside them. */
export const lawPruners: Readonly<Record<string, () => Pruner | undefined>> = {
  none: () => undefined,
  ...pruners,
  patient: () => pruners.patient({ patience: 1 }),
  threshold: () => pruners.threshold({ upper: 10 }),
};

const TRIALS = 40;
/** Of so many trials it is counted how many lie where trainings diverge. */
export const LAST = 20;
const STEPS = 5;
const space = searchSpace({ lr: float(1e-5, 1, { log: true }), momentum: float(0, 0.99) });
/** A fifth of the space, beside the best learning rate, 0.03. */
const diverges = (lr: number): boolean => lr > 0.1;

const LEAST = 0.1;
const REACHED = LEAST / 100;

function lossOf(lr: number, momentum: number): number {
  const [off, lack] = [Math.log10(lr) + 1.5, momentum - 0.9];
  return LEAST + 0.2 * off * off + lack * lack;
}

export interface LawRun {
  /** How many of the last 20 of 40 trials lay where trainings diverge. */
  readonly lastDiverging: number;
  /**
   * log₁₀ of how far the best value lies above the least one, 0.1; what lies nearer than a hundredth of that
   * counts as reached, since trainings differ by more from seed to seed.
   */
  readonly logRegret: number;
}

/** A study of 40 trials, each with up to five reports. */
export async function lawRun(
  strategy: Strategy,
  pruner: Pruner | undefined,
  kind: DivergenceKind,
  seed: number,
): Promise<LawRun> {
  const from = DIVERGENCES[kind];
  const study = await createStudy({
    name: "diverging",
    space,
    strategy,
    seed,
    trials: TRIALS,
    ...(pruner && { pruner }),
    objective: (trial) => {
      const { lr, momentum } = trial.params;
      const loss = lossOf(lr, momentum);
      for (let step = 0; step < STEPS; step++) {
        trial.report(diverges(lr) && step >= from ? NaN : loss * (1 + 1 / (step + 1)), step);
        if (trial.shouldPrune()) throw new TrialPruned();
      }
      return diverges(lr) ? NaN : loss;
    },
  });
  await study.optimize();
  const last = study.trials().slice(-LAST);
  return {
    lastDiverging: last.filter(({ params }) => diverges(params["lr"] as number)).length,
    logRegret: Math.log10(Math.max(REACHED, study.best.values[0] - LEAST)),
  };
}
