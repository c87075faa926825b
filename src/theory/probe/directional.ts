import { meanOf } from "../../numerics/moments.ts";
import { edgeOf } from "../curvature/directional-edge.ts";
import { dot, norm } from "../../numerics/vectors.ts";
import type { GradientBudget } from "./gradient-budget.ts";
import type { OptimizerMeasurement } from "./measurement.ts";
import { jackknife } from "./noise.ts";
import type { ProbeOptimizer } from "./problem.ts";
import type { GradientStatistics } from "./statistics.ts";

type DirectionalEdges = NonNullable<OptimizerMeasurement["directionalEdge"]>;

/** uᵀHu on a batch, remembering directions: many optimizers share theirs up to a factor. */
export interface CurvatureMeter {
  /** Undefined where the budget does not reach. */
  along(batch: number, u: Float64Array): Promise<number | undefined>;
}

/** Directions this close to parallel (1 − cos) have one curvature, to float32's rounding. */
const PARALLEL = 1e-7;

/** @param reserve products to keep for later */
export function curvatureMeter(budget: GradientBudget, reserve: number): CurvatureMeter {
  const known: { batch: number; u: Float64Array; length: number; curvature: number }[] = [];
  return {
    async along(batch, u) {
      const length = norm(u);
      if (length === 0) return 0;
      const same = known.find(
        (one) =>
          one.batch === batch && 1 - Math.abs(dot(one.u, u)) / (one.length * length) < PARALLEL,
      );
      if (same) return same.curvature * (length / same.length) * (length / same.length);
      if (budget.affordable <= reserve) return undefined;
      const curvature = dot(u, await budget.hvp(batch, u));
      known.push({ batch, u, length, curvature });
      return curvature;
    },
  };
}

/**
 * η_c = 2E[gᵀu]/E[uᵀHu] over the first batches: u of one batch, g of all the others, H of the next
 * one, so that no batch's noise is measured against itself.
 */
export async function measureDirectionalEdge(
  budget: GradientBudget,
  meter: CurvatureMeter,
  statistics: GradientStatistics,
  optimizer: ProbeOptimizer,
): Promise<DirectionalEdges | undefined> {
  const { first } = statistics;
  const slopes: number[] = [];
  const curvatures: number[] = [];
  budget.begin(`η_c of ${optimizer.name}`);
  for (const [batch, gradient] of first.entries()) {
    const { update, gradients } = await optimizer.update(batch, gradient);
    budget.charge(gradients);
    const curvature = await meter.along(first.length === 1 ? 0 : batch + 1, update);
    if (curvature === undefined) break;
    slopes.push(slopeFromOthers(statistics, gradient, update));
    curvatures.push(curvature);
  }
  if (slopes.length === 0) return undefined;
  const { edge, slope, curvature } = edgeOf(meanOf(slopes), meanOf(curvatures));
  const others = slopes.map((_, left) => {
    const rest = (values: readonly number[]): number => meanOf(values.filter((_, i) => i !== left));
    return edgeOf(rest(slopes), rest(curvatures)).edge;
  });
  const sdOfLog = edge === undefined || slopes.length < 2 ? undefined : jackknife(others);
  return {
    ...(edge !== undefined && { value: edge }),
    ...(sdOfLog !== undefined && { sdOfLog }),
    slope,
    curvature,
    batches: slopes.length,
  };
}

/** gᵀu with g the mean of all batches but the one that u was made of. */
function slopeFromOthers(
  { count, mean: all }: GradientStatistics,
  gradient: Float64Array,
  update: Float64Array,
): number {
  if (count === 1) return dot(gradient, update);
  return (count * dot(all, update) - dot(gradient, update)) / (count - 1);
}
