import { analyseRangeTest } from "../rate-laws/range-test.ts";
import type { GradientBudget } from "./gradient-budget.ts";
import type { OptimizerMeasurement } from "./measurement.ts";
import type { ProbeOptimizer } from "./problem.ts";

/** Updates of one range test. */
export const RANGE_POINTS = 50;
/** From this far below the edge to this far above. */
const [BELOW, ABOVE] = [1e-3, 30];

/**
 * An LR range test around a rate that means something for this optimizer.
 * Undefined where the optimizer takes no learning rate.
 */
export async function rangeTest(
  budget: GradientBudget,
  optimizer: ProbeOptimizer,
  around: number,
): Promise<OptimizerMeasurement["rangeTest"]> {
  if (!optimizer.ramp) return undefined;
  budget.begin(`range test of ${optimizer.name}`);
  const rates = Array.from({ length: RANGE_POINTS }, (_, i) => {
    const share = i / (RANGE_POINTS - 1);
    return around * Math.exp(Math.log(BELOW) + share * Math.log(ABOVE / BELOW));
  });
  const { losses, gradients } = await optimizer.ramp(rates);
  budget.charge(gradients);
  const points = losses.map((loss, i) => ({ learningRate: rates[i], loss }));
  const read = points.length < 5 ? undefined : analyseRangeTest(points);
  return {
    points: points.map(({ learningRate, loss }) =>
      Number.isFinite(loss) ? { learningRate, loss } : { learningRate },
    ),
    ...defined({
      steepest: read?.steepest,
      valley: read?.valley,
      floorTenth: read?.floorTenth,
      firstDivergence:
        read?.firstDivergence ?? points.find(({ loss }) => !Number.isFinite(loss))?.learningRate,
    }),
  };
}

/** Without the keys that hold undefined. */
const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
