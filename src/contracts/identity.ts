import type { Pruner } from "./pruner.ts";
import type { Strategy, StrategyIdentity } from "./strategy.ts";

type Identity = StrategyIdentity;

export function identityOf({
  name,
  options = {},
  revision = 1,
  file,
}: Strategy | Pruner): Identity {
  return {
    name,
    ...(Object.keys(options).length > 0 && { options }),
    ...(revision !== 1 && { revision }),
    ...(file !== undefined && { file }),
  };
}

/** Same name, options and revisions, wherever their code lies. */
export const sameIdentity = (a: Identity | undefined, b: Identity | undefined): boolean =>
  textOf(withoutFile(a)) === textOf(withoutFile(b));

/** JSON, the same for options in whatever order, and for none. */
const textOf = (identity: unknown): string =>
  JSON.stringify(identity, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).filter(([name, part]) => !isNoOptions(name, part));
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  }) ?? "";

const isNoOptions = (name: string, part: unknown): boolean =>
  name === "options" && typeof part === "object" && part !== null && Object.keys(part).length === 0;

function withoutFile(identity: Identity | undefined): unknown {
  if (!identity) return undefined;
  const { file: _, options = {}, ...rest } = identity;
  const parts = Object.entries(options).map(([key, part]) => [
    key,
    isIdentity(part) ? withoutFile(part) : part,
  ]);
  return { ...rest, options: Object.fromEntries(parts) as unknown };
}

/** Whether a part of options is another strategy or pruner. */
export const isIdentity = (part: unknown): part is Identity =>
  typeof part === "object" && part !== null && typeof (part as Identity).name === "string";
