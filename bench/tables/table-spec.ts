import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { float, int, searchSpace, type SearchSpace } from "../../src/space/index.ts";
import { packageRoot } from "../package-root.ts";

/** Everything about the tables lies here; generate.py reads the same tables.json. */
export const tablesFolder = join(packageRoot, "bench/tables");

const rangeSchema = z.strictObject({
  low: z.number().positive(),
  high: z.number().positive(),
  integer: z.literal(true).optional(),
});

const specSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  /** Forms are chosen on one half and judged on the other; set before any result was seen. */
  for: z.enum(["choosing", "judging"]),
  framework: z.enum(["torch", "tfjs"]),
  optimizer: z.enum(["sgd", "momentum", "rmsprop", "adamw", "lion"]),
  /** What every training may spend, whatever its batch size. */
  budget: z.union([
    z.strictObject({ samples: z.number().int().positive() }),
    z.strictObject({ steps: z.number().int().positive() }),
  ]),
  space: z.record(z.string(), rangeSchema),
});

/** A small training, and the settings that are searched: each log-uniform. */
export type TableSpec = z.infer<typeof specSchema>;

export const tableSpecs: readonly TableSpec[] = z
  .array(specSchema)
  .parse(JSON.parse(readFileSync(join(tablesFolder, "tables.json"), "utf8")));

/** A table's name among the tasks of its suites. */
export const taskOf = ({ for: purpose, name }: TableSpec): string => `${purpose}/${name}`;

export const tableSpace = ({ space }: TableSpec): SearchSpace =>
  searchSpace(
    Object.fromEntries(
      Object.entries(space).map(([name, { low, high, integer }]) => [
        name,
        integer ? int(low, high, { log: true }) : float(low, high, { log: true }),
      ]),
    ),
  );
