import { edgeOf } from "../../curvature/directional-edge.ts";
import { defaultLearningRate } from "../../prior/prior-knowledge.ts";
import { analyseRangeTest } from "../../rate-laws/range-test.ts";
import { learningRateEdge, stability, type UpdateRule } from "../../curvature/stability.ts";
import type { Greeting } from "../probe-protocol.ts";
import type { OptimizerMeasurement, SharpnessMeasurement } from "../measurement.ts";
import type { RemoteMeasurement } from "./remote-measurement.ts";
import { remoteSharpness } from "./sharpness.ts";

/** Batches of each kind; with Lanczos' 12 products they fit an own optimizer's prior into 100. */
const WARM_BATCHES = 32;
const UPDATE_BATCHES = 4;
const RANGE_STEPS = 100;

/** The program's own optimizer: its stability, its edge, its directional edge. */
export async function remoteOptimizer(
  remote: RemoteMeasurement,
  told: NonNullable<Greeting["optimizer"]>,
) {
  const law = told.rule && stability(told.rule);
  await remote.ask({ ask: "warm", batches: WARM_BATCHES });
  const update = await remote.ask({ ask: "update", batches: UPDATE_BATCHES });
  const { edge: directional } = edgeOf(update.slope, update.curvature);
  if (directional === undefined) {
    remote.warn(`there is no directional edge: g'u = ${update.slope}, u'Hu = ${update.curvature}`);
  }
  const isThreshold = law?.kind === "threshold";
  const preconditioned = isThreshold && law.curvature === "preconditionedHessian";
  const sharpness = isThreshold ? await remoteSharpness(remote, preconditioned) : undefined;
  const edge = told.rule && sharpness ? edgeAt(remote, told.rule, sharpness) : undefined;
  const usualRate = defaultLearningRate(told.family) ?? told.learningRate;
  const measured: OptimizerMeasurement = {
    name: told.name,
    family: told.family,
    ...(told.learningRate !== undefined && { learningRate: told.learningRate }),
    ...(usualRate !== undefined && { usualRate }),
    stability: isThreshold
      ? {
          kind: "threshold",
          curvature: law.curvature,
          gain: law.gain,
          ...(sharpness && { sharpness: withDecay(sharpness, told.rule) }),
        }
      : { kind: "none", reason: law?.reason ?? told.reason ?? "its rule is not known" },
    ...(edge !== undefined && { edge }),
    directionalEdge: {
      ...(directional !== undefined && { value: directional }),
      slope: update.slope,
      curvature: update.curvature,
      batches: update.batches,
    },
    notes: [],
  };
  return {
    measured,
    stability: measured.stability,
    usesHessian: isThreshold && !preconditioned,
    hessian: preconditioned ? undefined : sharpness,
  };
}

function edgeAt(
  remote: RemoteMeasurement,
  rule: UpdateRule,
  { value }: SharpnessMeasurement,
): number | undefined {
  const edge = learningRateEdge(rule, value);
  if (edge === undefined) {
    remote.warn(`λ_max is ${value}, not positive: there is no edge`);
  }
  return edge;
}

/** Coupled decay makes H → H + wI. */
function withDecay(sharpness: SharpnessMeasurement, rule: UpdateRule | undefined) {
  const decay = rule && "weightDecay" in rule ? rule.weightDecay : undefined;
  return decay?.kind === "coupled"
    ? { ...sharpness, value: sharpness.value + decay.strength }
    : sharpness;
}

/** A learning-rate range test around what the optimizer would be given. */
export async function remoteRangeTest(remote: RemoteMeasurement, own: OptimizerMeasurement) {
  const centre = own.directionalEdge?.value ?? own.usualRate;
  if (centre === undefined || remote.left < RANGE_STEPS) {
    return remote.leaveOut("the range test");
  }
  const { points } = await remote.ask({
    ask: "rangeTest",
    low: centre * 1e-4,
    high: centre * 30,
    steps: RANGE_STEPS,
  });
  if (points.length < 5) return undefined;
  const { steepest, valley, floorTenth, firstDivergence } = analyseRangeTest(points);
  return {
    points: points.map(({ learningRate, loss }) =>
      Number.isFinite(loss) ? { learningRate, loss } : { learningRate },
    ),
    steepest,
    valley,
    floorTenth,
    firstDivergence,
  };
}
