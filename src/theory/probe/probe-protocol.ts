import { z } from "../../vendor/zod.ts";
import { HpoError } from "../../errors/errors.ts";
import { schemaProblem } from "../../errors/schema-problems.ts";

// The words of docs/probe-protocol.md, version 1.

/** A program that answers a probe's questions, in whatever process it lives. */
export interface ProbeTransport {
  /** Its first message. */
  readonly greeting: unknown;
  /** Who is asked, for errors: the command. */
  readonly name: string;
  /** @throws HpoError where the program ended or took too long */
  ask(question: ProbeQuestion): Promise<unknown>;
  close(): Promise<void>;
}

export type ProbeQuestion =
  | { readonly ask: "gradient" | "lanczosStep" }
  | { readonly ask: "warm" | "update"; readonly batches: number }
  | { readonly ask: "lanczosStart"; readonly seed: number; readonly preconditioned: boolean }
  | { readonly ask: "noise"; readonly batches: number; readonly curvature: boolean }
  | {
      readonly ask: "power";
      readonly steps: number;
      readonly tolerance: number;
      readonly seed: number;
    }
  | { readonly ask: "trace"; readonly samples: number; readonly seed: number }
  | {
      readonly ask: "rangeTest";
      readonly low: number;
      readonly high: number;
      readonly steps: number;
    };

/** JSON has neither NaN nor Infinity: they travel as words. */
const number = z.union([
  z.number(),
  z.enum(["NaN", "Infinity", "-Infinity"]).transform((word) => Number(word)),
]);
const positive = z.number().positive();
const coefficient = z.number().min(0).lt(1);

const weightDecay = z
  .object({ kind: z.enum(["decoupled", "coupled"]), strength: z.number().nonnegative() })
  .optional();

const rule = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("gradientDescent"), weightDecay }),
  z.object({
    kind: z.literal("heavyBall"),
    momentum: coefficient,
    dampening: coefficient.optional(),
    weightDecay,
  }),
  z.object({
    kind: z.enum(["ema", "nesterov", "emaNesterov"]),
    momentum: coefficient,
    weightDecay,
  }),
  z.object({ kind: z.literal("adam"), beta1: coefficient, weightDecay }),
  z.object({ kind: z.literal("rmsProp"), momentum: coefficient.optional(), weightDecay }),
  z.object({ kind: z.enum(["sign", "lion", "muon", "lars", "lamb"]) }),
]);

const greeting = z.object({
  version: z.literal(1),
  framework: z.string().min(1),
  weights: z.number().int().positive(),
  batchSize: positive,
  batches: z.number().int().min(2),
  optimizer: z
    .object({
      name: z.string().min(1),
      family: z.enum(["sgd", "heavyBall", "adam", "rmsProp", "lion", "sign", "other"]),
      learningRate: positive.optional(),
      rule: rule.optional(),
      reason: z.string().optional(),
    })
    .nullable(),
});

/** What a program says of itself first. */
export type Greeting = z.infer<typeof greeting>;

const cost = {
  gradients: z.number().nonnegative(),
  products: z.number().int().nonnegative(),
  assumptions: z.array(z.string()).default([]),
};

const answers = {
  gradient: z.object({
    loss: number,
    squaredNorm: number,
    curvature: number,
    absoluteSum: number,
    signCurvature: number,
    weightNorm: number,
    ...cost,
  }),
  warm: z.object(cost),
  update: z.object({
    slope: number,
    curvature: number,
    batches: z.number().int().positive(),
    ...cost,
  }),
  lanczosStart: z.object(cost),
  lanczosStep: z.object({ alpha: number, beta: number, ...cost }),
  noise: z.object({
    squaredNorms: z.array(number).min(2),
    meanSquaredNorm: number,
    curvatures: z.array(number).optional(),
    meanCurvature: number.optional(),
    ...cost,
  }),
  power: z.object({ value: number, converged: z.boolean(), ...cost }),
  trace: z.object({ samples: z.array(number).min(1), ...cost }),
  rangeTest: z.object({
    points: z.array(z.object({ learningRate: positive, loss: number })),
    ...cost,
  }),
} as const;

/** What a program answers to one kind of question. */
export type ProbeAnswer<Ask extends ProbeQuestion["ask"]> = z.infer<(typeof answers)[Ask]>;

/** @throws HpoError naming the field that is wrong */
export const parseGreeting = (json: unknown, name: string): Greeting =>
  parsed(greeting, json, `the greeting of ${name}`);

/** @throws HpoError naming the field that is wrong, or with what the program could not do */
export function parseProbeAnswer<Ask extends ProbeQuestion["ask"]>(
  ask: Ask,
  json: unknown,
  name: string,
): ProbeAnswer<Ask> {
  const problem = (json as { error?: unknown } | null)?.error;
  if (typeof problem === "string") {
    throw new HpoError(`${name} could not answer the probe's question "${ask}": ${problem}`);
  }
  return parsed(answers[ask], json, `${name}'s answer to "${ask}"`) as ProbeAnswer<Ask>;
}

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problem = schemaProblem(result.error.issues[0], json);
  throw new HpoError(`In ${what}, ${problem} docs/probe-protocol.md says what belongs there.`);
}
