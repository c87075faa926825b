/**
 * The pruners, each a factory, and what finds them by their names.
 *
 * @module hpo/pruners
 */
import { isPruner } from "../contracts/part.ts";
import type { Pruner, PrunerIdentity } from "../contracts/pruner.ts";
import { byName } from "../contracts/registry.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import * as all from "./all.ts";

export * from "./all.ts";
export type { EdgeOptions } from "./edge.ts";
export type { EdgeRule } from "./edge-rule.ts";
export type { Judgement, PruneContext, Pruner } from "../contracts/pruner.ts";

/**
 * Pruners by the names that study files know; each takes its options as one object.
 *
 * @example
 * ```ts
 * import { pruners } from "hpo/pruners";
 *
 * Object.keys(pruners).includes("hyperband"); // true
 * ```
 */
export const pruners = byName(all) satisfies Readonly<Record<string, (options: never) => Pruner>>;

/** The names of the pruners, as study files know them. */
export type PrunerName = keyof typeof pruners;

/**
 * The names of the pruners, as study files know them.
 *
 * @example
 * ```ts
 * import { prunerNames } from "hpo/pruners";
 *
 * prunerNames.includes("median"); // true
 * ```
 */
export const prunerNames: readonly string[] = Object.keys(pruners);

/**
 * A pruner by its name, with its default options.
 * @param label names the input in the error: `--pruner medain`
 * @throws HpoError if there is none of this name, or it has no defaults
 *
 * @example
 * ```ts
 * import { prunerNamed } from "hpo/pruners";
 *
 * prunerNamed("median", "--pruner median").name; // median
 * ```
 */
export function prunerNamed(name: string, label: string): Pruner {
  const pruner = prunerOf({ name });
  if (pruner) return pruner;
  throw new HpoError(`${label}: there is no such pruner. ${didYouMean(name, prunerNames)}`);
}

/**
 * What a definition says: a pruner, the name of one, or nothing.
 * @throws HpoError as `prunerNamed` does
 *
 * @example
 * ```ts
 * import { median, prunerOrNamed } from "hpo/pruners";
 *
 * prunerOrNamed("median")?.name; // median
 * prunerOrNamed(median({ warmupSteps: 3 }))?.name; // median
 * ```
 */
export const prunerOrNamed = (given: Pruner | PrunerName | undefined): Pruner | undefined =>
  typeof given === "string" ? prunerNamed(given, "pruner") : given;

/**
 * A pruner by the name and options that were kept with a study, or stand in a study file; undefined
 * if the name is unknown, or it came from a file, which whoever lacks it has to name. The pruner that
 * another one holds back is itself, or named in the same way, or by its name alone.
 * @throws HpoError if it does not take these options
 *
 * @example
 * ```ts
 * import { prunerOf } from "hpo/pruners";
 *
 * prunerOf({ name: "median", options: { warmupSteps: 3 } })?.name; // median
 * prunerOf({ name: "no-such" }); // undefined
 * ```
 */
export function prunerOf({ name, options = {}, file }: PrunerIdentity): Pruner | undefined {
  if (file !== undefined || !Object.hasOwn(pruners, name)) return undefined;
  // A factory checks what it is given.
  const make = pruners[name as PrunerName] as (options: unknown) => Pruner;
  const inner = options["pruner"];
  if (inner === undefined) return make(options);
  const pruner = nestedPruner(name, inner);
  return pruner && make({ ...options, pruner });
}

function nestedPruner(outer: string, given: unknown): Pruner | undefined {
  if (isPruner(given)) return given;
  const {
    name,
    options,
    revision: _revision,
    file,
    ...rest
  } = Object(typeof given === "string" ? { name: given } : given) as Record<string, unknown>;
  if (typeof name !== "string") {
    throw new HpoError(`pruner: the "pruner" of ${outer} is a name, or a map with a name.`);
  }
  return prunerOf({
    name,
    options: { ...rest, ...(options as object | undefined) },
    file: file as string | undefined,
  });
}
