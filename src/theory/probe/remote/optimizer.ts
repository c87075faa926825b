import { edgeOf } from "../../curvature/directional-edge.ts";
import { defaultLearningRate } from "../../prior/prior-knowledge.ts";
import { analyseRangeTest } from "../../rate-laws/range-test.ts";
import { learningRateEdge, stability, type UpdateRule } from "../../curvature/stability.ts";
import type { Greeting } from "../conversation.ts";
import type { OptimizerMeasurement, SharpnessMeasurement } from "../measurement.ts";
import type { Inquiry } from "./inquiry.ts";
import { remoteSharpness } from "./sharpness.ts";

/** Batches of each kind; with Lanczos' 12 products they fit an own optimizer's prior into 100. */
const WARM_BATCHES = 32;
const UPDATE_BATCHES = 4;
const RANGE_STEPS = 100;

/** The program's own optimizer: its stability, its edge, its directional edge. */
export async function remoteOptimizer(inquiry: Inquiry, told: NonNullable<Greeting["optimizer"]>) {
  const law = told.rule && stability(told.rule);
  await inquiry.ask({ ask: "warm", batches: WARM_BATCHES });
  const update = await inquiry.ask({ ask: "update", batches: UPDATE_BATCHES });
  const { edge: directional } = edgeOf(update.slope, update.curvature);
  if (directional === undefined) {
    inquiry.warn(`there is no directional edge: g'u = ${update.slope}, u'Hu = ${update.curvature}`);
  }
  const isThreshold = law?.kind === "threshold";
  const preconditioned = isThreshold && law.curvature === "preconditionedHessian";
  const sharpness = isThreshold ? await remoteSharpness(inquiry, preconditioned) : undefined;
  const edge = told.rule && sharpness ? edgeAt(inquiry, told.rule, sharpness) : undefined;
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
  inquiry: Inquiry,
  rule: UpdateRule,
  { value }: SharpnessMeasurement,
): number | undefined {
  const edge = learningRateEdge(rule, value);
  if (edge === undefined) {
    inquiry.warn(`λ_max is ${value}, not positive: there is no edge`);
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
export async function remoteRangeTest(inquiry: Inquiry, own: OptimizerMeasurement) {
  const centre = own.directionalEdge?.value ?? own.usualRate;
  if (centre === undefined || inquiry.left < RANGE_STEPS) {
    return inquiry.leaveOut("the range test");
  }
  const { points } = await inquiry.ask({
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
