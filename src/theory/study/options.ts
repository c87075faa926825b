import { z } from "../../vendor/zod.ts";
import { HpoError } from "../../errors/errors.ts";
import { schemaProblem } from "../../errors/schema-problems.ts";
import type { Params } from "../../space/index.ts";
import type { BudgetKind, ScheduleKind } from "../prior/prior-knowledge.ts";
import { parseMeasurement, type ProbeMeasurement } from "../probe/measurement.ts";

/** How a study's learning-rate prior is made of what is measured. */
export interface TheoryOptions {
  /**
   * Where the prior is centred: "directional" (the default) goes half way from the usual learning
   * rate to the directional edge η_c; "edge" takes half the optimizer's own stability edge, ½·2/λ_max
   * for gradient descent, and half of η_c for optimizers that have no edge.
   */
  readonly centre?: "directional" | "edge";
  /**
   * How it moves with the batch size B: "power" (the default) by an exponent with an uncertainty;
   * "saturating" by 1/(1 + B_noise/B); "surge" by the surge's law for sign-like updates (Adam,
   * RMSProp, Lion, sign descent), and as "saturating" for the others.
   */
  readonly batchLaw?: "power" | "saturating" | "surge";
  /** What stays the same when the batch size changes; "fixedSamples" if left out: epochs. */
  readonly budget?: BudgetKind;
  /**
   * Whether the prior also covers the batch size, by the measured noise, and momentum, where the
   * space has them and no prior of your own on them; default true.
   */
  readonly joint?: boolean;
  /**
   * How wide the search takes the belief on the learning rate, as a factor, > 0, of its standard deviation;
   * default .5, since a fifth of the prior is uniform anyway.
   */
  readonly width?: number;
  /** The learning rate, > 0, that you would try first, if not the optimizer's usual one. */
  readonly defaultRate?: number;
  /** Default "constant". */
  readonly schedule?: ScheduleKind;
  /** Whether the study minimises a validation loss, which is farther from theory: a wider prior. */
  readonly validation?: boolean;
  /** Whether the scale measured on small nets holds; if left out, up to 12,000 weights. */
  readonly smallNet?: boolean;
  /** Takes the place of the study's probe: what was measured elsewhere. */
  readonly measurement?: ProbeMeasurement;
  /** Which optimizer of `measurement`, where it holds several and the space chooses none. */
  readonly optimizer?: string;
  /** The batch size in use, > 0, where it is not searched; the measured one if left out. */
  readonly batchSize?: number;
  /** Parameters to measure at, in place of the middle of their ranges. */
  readonly at?: Params;
  /** By which metric the prior is judged, where the study has several. */
  readonly metric?: string;
}

/** What `theory()` gives to a study: plain data. */
export interface TheoryDeclaration {
  readonly kind: "theory";
  readonly options: TheoryOptions;
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const schema = z.strictObject({
  centre: z.enum(["directional", "edge"]).optional(),
  batchLaw: z.enum(["power", "saturating", "surge"]).optional(),
  budget: z.enum(["fixedSamples", "fixedSteps"]).optional(),
  joint: z.boolean().optional(),
  width: z.number().positive().optional(),
  defaultRate: z.number().positive().optional(),
  schedule: z.enum(["constant", "warmupCosine"]).optional(),
  validation: z.boolean().optional(),
  smallNet: z.boolean().optional(),
  measurement: z.unknown().optional(),
  optimizer: z.string().optional(),
  batchSize: z.number().positive().optional(),
  at: z.record(z.string(), scalar).optional(),
  metric: z.string().optional(),
});

/**
 * A learning-rate prior from what is measured of the study's training problem: by its `probe`, when
 * the study is created, or given as `measurement`. Every strategy uses it; the trials weaken or
 * drop it where they contradict it.
 *
 * @throws HpoError naming the option that is wrong
 *
 * @example
 * ```ts
 * import { defineStudy, float, searchSpace, theory } from "hpo";
 * import { adamw, batchesOf, crossEntropy, mlp, mnist } from "hpo/tfjs";
 *
 * export default defineStudy({
 *   name: "digits",
 *   space: searchSpace({ lr: float(1e-5, 1, { log: true }) }),
 *   prior: theory({ budget: "fixedSteps" }),
 *   probe: ({ lr }) => ({
 *     model: mlp({ inputs: 784, hidden: [32], outputs: 10, seed: 0 }),
 *     loss: crossEntropy,
 *     batches: batchesOf(mnist().train, { batchSize: 64 }),
 *     optimizer: adamw({ learningRate: lr }),
 *   }),
 * });
 * ```
 */
export function theory(options: TheoryOptions = {}): TheoryDeclaration {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    throw new HpoError(`theory: ${schemaProblem(parsed.error.issues[0], options)}`);
  }
  const { measurement, ...rest } = parsed.data;
  if (measurement === undefined) return { kind: "theory", options: rest };
  const checked = parseMeasurement(measurement, "theory: the measurement");
  return { kind: "theory", options: { ...rest, measurement: checked } };
}

export const isTheory = (value: unknown): value is TheoryDeclaration =>
  typeof value === "object" &&
  value !== null &&
  (value as Partial<TheoryDeclaration>).kind === "theory" &&
  typeof (value as Partial<TheoryDeclaration>).options === "object";
