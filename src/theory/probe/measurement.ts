import { z } from "../../vendor/zod.ts";
import { HpoError } from "../../errors/errors.ts";
import { schemaProblem } from "../../errors/schema-problems.ts";

// What a probe measured at one point of training: plain JSON, so that a study keeps it and any
// program may write it. L is the mean loss, H its Hessian, g its gradient, Σ one example's
// gradient covariance, B_ref the batch size at which all of it was measured.

const positive = z.number().positive();
const atLeastZero = z.number().nonnegative();
const count = z.number().int().nonnegative();

/** An extreme eigenvalue by Lanczos. */
const sharpness = z.object({
  /** λ_max, algebraically largest; ≤ 0 means that there is no edge. */
  value: z.number(),
  /** Some eigenvalue lies within this distance of `value`. */
  residual: atLeastZero,
  /** Hessian-vector products used. */
  products: count,
  converged: z.boolean(),
});

/** A noise scale in examples, with what is known of its error. */
const noiseScale = z.object({
  /** Left out where an estimate was not positive: unknown, not zero. */
  value: positive.optional(),
  /** Standard deviation of its logarithm, by the jackknife over groups of batches. */
  sdOfLog: atLeastZero.optional(),
});

const directionalEdge = z.object({
  /** η_c = 2E[gᵀu]/E[uᵀHu]; left out where u does not descend or the loss curves down along it. */
  value: positive.optional(),
  /** Standard deviation of its logarithm, by the jackknife over the batches. */
  sdOfLog: atLeastZero.optional(),
  /** E[gᵀu], g from other batches than u. */
  slope: z.number(),
  /** E[uᵀHu]. */
  curvature: z.number(),
  /** Mini-batches that were averaged. */
  batches: z.number().int().positive(),
});

const threshold = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("threshold"),
    /** Whose λ_max counts: H's, or that of P^-½HP^-½. */
    curvature: z.enum(["hessian", "preconditionedHessian"]),
    /** (1+β)/c: without decay, stable iff η·λ_max < 2·gain. */
    gain: positive,
    /** That λ_max, coupled decay included; left out where the budget did not reach. */
    sharpness: sharpness.optional(),
  }),
  z.object({ kind: z.literal("none"), /** Why. */ reason: z.string() }),
]);

const rangeTest = z.object({
  /** One update per learning rate, the loss before it; left out where it was not finite. */
  points: z.array(z.object({ learningRate: positive, loss: z.number().optional() })),
  steepest: positive.optional(),
  valley: positive.optional(),
  floorTenth: positive.optional(),
  firstDivergence: positive.optional(),
});

const families = ["sgd", "heavyBall", "adam", "rmsProp", "lion", "sign", "other"] as const;

const optimizer = z.object({
  /** "adamw", "lookahead(momentum)", … */
  name: z.string().min(1),
  family: z.enum(families),
  /** The learning rate that it was given. */
  learningRate: positive.optional(),
  /** The one that its authors or its library start from. */
  usualRate: positive.optional(),
  stability: threshold,
  /** The largest stable learning rate; left out without a threshold or where λ_max ≤ 0. */
  edge: positive.optional(),
  /** Its own update u, momentum and weight decay left out. */
  directionalEdge: directionalEdge.optional(),
  rangeTest: rangeTest.optional(),
  notes: z.array(z.string()),
});

const measurement = z.object({
  version: z.literal(1),
  /** Who computed the gradients: "tfjs 4.22.0, wasm", "pytorch 2.5". */
  framework: z.string().min(1),
  /** Updates that the weights had seen. */
  step: count,
  /** Number of weights. */
  weights: z.number().int().positive(),
  /** B_ref; 1 for a loss without examples. */
  batchSize: positive,
  /** Mean over the batches, of batch size B_ref each, from which gradients were taken. */
  loss: z.number(),
  batches: z.number().int().positive(),
  /** ‖g‖, the noise of the batches taken out; left out where noise is all that was seen. */
  gradientNorm: atLeastZero.optional(),
  /** ‖w‖. */
  weightNorm: atLeastZero,
  /** Of H on one batch. */
  sharpness: sharpness.optional(),
  /** λ_max by power iteration, the cross-check. */
  powerIteration: z
    .object({ value: z.number(), products: count, converged: z.boolean() })
    .optional(),
  /** tr H on the same batch. */
  trace: z.object({ value: z.number(), standardError: atLeastZero, products: count }).optional(),
  /** B_simple = tr Σ/‖g‖². */
  simpleNoise: noiseScale.optional(),
  /** B_noise = tr(HΣ)/gᵀHg, with η_max = ‖g‖²/gᵀHg. */
  weightedNoise: noiseScale.extend({ maxRate: positive.optional() }).optional(),
  /** Of s = sign g: ‖g‖₁ and sᵀHs, which the surge's law takes. */
  sign: z.object({ gradientSum: positive, curvature: z.number() }).optional(),
  /** sd/mean of the batches' gradient norms: a cross-check that measures no curvature. */
  gradientNormVariation: atLeastZero.optional(),
  optimizers: z.array(optimizer),
  cost: z.object({
    /** In gradients of one batch of B_ref, products included. */
    gradients: atLeastZero,
    products: count,
    /** What one product counted for. */
    gradientsPerProduct: positive,
    seconds: atLeastZero,
  }),
  /** What was taken for granted: fixed masks, a frozen P, … */
  assumptions: z.array(z.string()),
  /** What to doubt in these numbers, and what was left out. */
  warnings: z.array(z.string()),
});

type Deep<T> = T extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Deep<T[Key]> }
    : T;

/** What a probe measured at one point of training. */
export type ProbeMeasurement = Deep<z.infer<typeof measurement>>;
/** What was measured of one optimizer. */
export type OptimizerMeasurement = Deep<z.infer<typeof optimizer>>;
/** λ_max with its residual and price. */
export type SharpnessMeasurement = Deep<z.infer<typeof sharpness>>;
export type NoiseScaleMeasurement = Deep<z.infer<typeof noiseScale>>;

/**
 * A measurement from JSON that this or another program wrote.
 * @param where for the error: "the study's cached probe", a file's name, a command
 * @throws HpoError naming the field, what it holds and what it should hold
 */
export function parseMeasurement(
  json: unknown,
  where = "the probe's measurement",
): ProbeMeasurement {
  const value = typeof json === "string" ? parseJson(json, where) : json;
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version !== 1) {
    throw new HpoError(
      `${where} is of version ${version}, and this hpo reads version 1. Measure again.`,
    );
  }
  const result = measurement.safeParse(value);
  if (result.success) return result.data;
  throw new HpoError(
    `${where}: ${schemaProblem(result.error.issues[0], value)} ` +
      "Leave out what was not measured, or measure again.",
  );
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HpoError(
      `${where} is no JSON: ${(error as Error).message}. NaN and Infinity can't stand in JSON: ` +
        "leave such fields out.",
    );
  }
}
