import type { Pruner } from "./pruner.ts";
import type { Strategy, StrategyIdentity } from "./strategy.ts";

type Identity = StrategyIdentity;

export function identityOf({ name, options = {}, revision = 1 }: Strategy | Pruner): Identity {
  return {
    name,
    ...(Object.keys(options).length > 0 && { options }),
    ...(revision !== 1 && { revision }),
  };
}

/** Same name, options and revisions. */
export const sameIdentity = (a: Identity | undefined, b: Identity | undefined): boolean =>
  textOf(a) === textOf(b);

/** JSON, the same for options in whatever order, and for none. */
const textOf = (identity: unknown): string =>
  JSON.stringify(identity, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).filter(([name, part]) => !isNoOptions(name, part));
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  }) ?? "";

const isNoOptions = (name: string, part: unknown): boolean =>
  name === "options" && typeof part === "object" && part !== null && Object.keys(part).length === 0;
