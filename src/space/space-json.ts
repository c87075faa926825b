import { z } from "../vendor/zod.ts";
import { HpoError } from "../errors/errors.ts";
import { schemaProblems } from "../errors/schema-problems.ts";
import type { Condition } from "./condition.ts";
import { distributionFromJson, distributionToJson } from "./distribution-json.ts";
import { named } from "./named.ts";
import type { PriorSpec } from "./prior-spec.ts";
import { spaceOf, type SearchSpace } from "./search-space.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const pair = z.tuple([z.number(), z.number()]);
const bound = z.number().optional();

const conditionSchema: z.ZodType<Condition> = z.union([
  z.strictObject({ parameter: z.string(), in: z.array(scalar) }),
  z.strictObject({ parameter: z.string(), gt: bound, gte: bound, lt: bound, lte: bound }),
]);

const priorSchema: z.ZodType<PriorSpec> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("logNormal"), median: z.number(), factor: z.number() }),
  z.strictObject({ kind: z.literal("normal"), mean: z.number(), sd: z.number() }),
  z.strictObject({ kind: z.literal("beta"), a: z.number(), b: z.number() }),
  z.strictObject({ kind: z.literal("density"), points: z.array(pair) }),
  z.strictObject({ kind: z.literal("weights"), weights: z.array(z.tuple([scalar, z.number()])) }),
]);

const schema = z.array(
  z.strictObject({
    name: z.string(),
    distribution: z.unknown(),
    conditions: z.array(conditionSchema).default([]),
    prior: priorSchema.optional(),
  }),
);

/** A search space as JSON: a list of parameters, distributions in Optuna's form. */
export type SpaceJson = z.input<typeof schema>;

/**
 * A search space as plain JSON: names, distributions, conditions, priors.
 *
 * @example
 * ```ts
 * import { float, searchSpace, spaceToJson } from "hpo";
 *
 * spaceToJson(searchSpace({ lr: float(0, 1) }))[0].name; // lr
 * ```
 */
export const spaceToJson = (space: SearchSpace): SpaceJson =>
  space.parameters.map(({ name, distribution, conditions, prior }) => ({
    name,
    distribution: distributionToJson(distribution),
    ...(conditions.length > 0 && { conditions: [...conditions] }),
    ...(prior && { prior }),
  }));

/**
 * A search space from what `spaceToJson` made.
 * @throws HpoError if `json` is no search space.
 *
 * @example
 * ```ts
 * import { float, sameSpace, searchSpace, spaceFromJson, spaceToJson } from "hpo";
 *
 * const space = searchSpace({ lr: float(1e-5, 1, { log: true }) });
 * sameSpace(spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(space)))), space); // true
 * ```
 */
export function spaceFromJson(json: unknown): SearchSpace {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new HpoError(`This is no search space: ${schemaProblems(parsed.error)}`);
  }
  return spaceOf(
    parsed.data.map((parameter) => ({
      ...parameter,
      distribution: named(parameter.name, () => distributionFromJson(parameter.distribution)),
    })),
  );
}
