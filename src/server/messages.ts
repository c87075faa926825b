import { isVersions, type Provenance } from "../contracts/provenance.ts";
import { numberOfJson } from "../runner/command/metric/number-in.ts";
import { z } from "../vendor/zod.ts";

// What programs say to a study that another process serves, one JSON object each: a question, and its
// answer, { id, answer } or { id, error }. Numbers may be "NaN", "Infinity" and "-Infinity"; null is NaN.

const id = z.union([z.int(), z.string()]).describe("Comes back with the answer.");
const number = z.int().min(0).describe("A trial's number.");
const metricValue = z
  .union([z.number(), z.string(), z.null()])
  .refine((given) => numberOfJson(given) !== undefined, "Expected a number")
  .transform((given) => numberOfJson(given)!);
const values = z.union([
  metricValue,
  z.array(metricValue).min(1),
  z.record(z.string(), metricValue),
]);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const params = z.record(z.string(), scalar);
// A record of Zod's drops the key __proto__.
const attributes = z.custom<Readonly<Record<string, unknown>>>(
  (given) => typeof given === "object" && given !== null && !Array.isArray(given),
  "Expected an object",
);
const step = z.int().min(0);
const report = z.strictObject({ step, value: metricValue });
/** Where a program runs its trials from, as it tells it. */
export const provenanceSchema = z.object({
  host: z.string().max(256),
  platform: z.string().max(256),
  commit: z.string().max(256).optional(),
  dirty: z.boolean().optional(),
  locks: z.custom<Provenance["versions"]>(isVersions, "Expected a few short texts").optional(),
  versions: z.custom<Provenance["versions"]>(isVersions, "Expected a few short texts"),
});
const failure = z.strictObject({
  reason: z.enum(["diverged", "outOfMemory", "error", "timeout", "unknown"]),
  message: z.string().default("The trial was told as failed."),
});

/** What can be asked of a served study, each with what it needs. */
export const questionSchema = z.discriminatedUnion("do", [
  z.strictObject({
    id,
    do: z.literal("open"),
    study: z
      .union([z.string().min(1), z.looseObject({})])
      .describe("A study's name or file, or what a study file holds."),
    provenance: provenanceSchema
      .optional()
      .describe("Through a coordinator: the program's host, platform and versions."),
  }),
  z.strictObject({ id, do: z.literal("ask"), count: z.int().min(1).default(1) }),
  z.strictObject({
    id,
    do: z.literal("suggest"),
    number,
    name: z.string().min(1),
    distribution: z.unknown().describe("As Optuna writes it: { name, attributes }."),
  }),
  z.strictObject({
    id,
    do: z.literal("report"),
    number,
    step,
    value: metricValue,
    log: z.record(z.string(), metricValue).optional(),
  }),
  z.strictObject({ id, do: z.literal("attrs"), number, attrs: attributes }),
  z.strictObject({
    id,
    do: z.literal("tell"),
    number,
    values: values.optional(),
    state: z.enum(["complete", "pruned", "failed"]).optional(),
    failure: failure.optional(),
    constraints: z.array(metricValue).optional(),
  }),
  z.strictObject({ id, do: z.literal("release"), number }),
  z.strictObject({
    id,
    do: z.literal("enqueue"),
    params,
    skipIfExists: z.boolean().default(false),
  }),
  z.strictObject({
    id,
    do: z.literal("add"),
    trials: z.array(
      z.strictObject({
        params,
        distributions: z.record(z.string(), z.unknown()).default({}),
        state: z.enum(["complete", "pruned", "failed"]),
        values: values.optional(),
        reports: z.array(report).default([]),
        constraints: z.array(metricValue).optional(),
        failure: failure.optional(),
      }),
    ),
  }),
  z.strictObject({ id, do: z.literal("beat") }),
  z.strictObject({ id, do: z.literal("close") }),
  z.strictObject({ id, do: z.literal("best") }),
  z.strictObject({ id, do: z.literal("trials") }),
]);

export type StudyQuestion = z.output<typeof questionSchema>;
export type StudyQuestionOf<Verb extends StudyQuestion["do"]> = Extract<
  StudyQuestion,
  { do: Verb }
>;

/** A trial that was asked for. */
export interface AskedJson {
  readonly number: number;
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly seed: number;
  /** Where it may keep files; not made yet. */
  readonly directory: string;
  /** The step at which it is to pause. */
  readonly maxStep?: number;
  /** The paused trial that it goes on with. */
  readonly continueFrom?: { readonly number: number; readonly directory: string };
}
