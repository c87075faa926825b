/**
 * The pruners, each a factory, and what finds them by their names.
 *
 * @module hpo/pruners
 */
import type { Pruner, PrunerIdentity } from "../contracts/pruner.ts";
import { byName } from "../contracts/registry.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import * as all from "./all.ts";

export * from "./all.ts";
export type { EdgeOptions } from "./edge.ts";
export type { EdgeRule } from "./edge-rule.ts";
export type { Judgement, PruneContext, Pruner } from "../contracts/pruner.ts";

/** Pruners by the names that study files know; each takes its options as one object. */
export const pruners = byName(all) satisfies Readonly<Record<string, (options: never) => Pruner>>;

export type PrunerName = keyof typeof pruners;

/**
 * A pruner by the name and options that were kept with a study, or stand in a study file; undefined
 * if the name is unknown. The pruner that another one holds back is named in the same way, or by its
 * name alone.
 * @throws HpoError if it does not take these options
 */
export function prunerOf({ name, options = {} }: PrunerIdentity): Pruner | undefined {
  if (!Object.hasOwn(pruners, name)) return undefined;
  // A factory checks what it is given.
  const make = pruners[name as PrunerName] as (options: unknown) => Pruner;
  const inner = options["pruner"];
  return make(inner === undefined ? options : { ...options, pruner: nestedPruner(name, inner) });
}

function nestedPruner(outer: string, given: unknown): Pruner {
  const {
    name,
    options,
    revision: _revision,
    ...rest
  } = Object(typeof given === "string" ? { name: given } : given) as Record<string, unknown>;
  if (typeof name !== "string") {
    throw new HpoError(`pruner: the "pruner" of ${outer} is a name, or a map with a name.`);
  }
  const pruner = prunerOf({ name, options: { ...rest, ...(options as object | undefined) } });
  if (pruner) return pruner;
  throw new HpoError(`pruner: there is no "${name}". ${didYouMean(name, Object.keys(pruners))}`);
}
