import { isIdentity } from "../../contracts/identity.ts";
import type { StrategyOrPruner } from "../../contracts/part.ts";
import type { StrategyIdentity } from "../../contracts/strategy.ts";
import { prunerOf } from "../../pruners/index.ts";
import { strategyOf } from "../strategy-registry.ts";

/** What is to be compared with the identity that is stored: a part itself, or what is known of it. */
type PartHere = Pick<StrategyOrPruner, "name" | "options" | "revision" | "changes">;

/**
 * Notes if a stored strategy or pruner has another revision than the one of that name here, and how
 * its suggestions or decisions changed; of one that it is made of (`bayesian` under `asha`) too. Empty
 * if not.
 */
export function revisionChanges(
  kind: "strategy" | "pruner",
  stored: StrategyIdentity | null | undefined,
  here: PartHere | undefined,
): string[] {
  if (!stored || stored.name !== here?.name) return [];
  const [before, now] = [stored.options?.[kind], here.options?.[kind]];
  const within =
    isIdentity(before) && isIdentity(now) ? revisionChanges(kind, before, wholeOf(kind, now)) : [];
  return [...changeOf(kind, stored, here), ...within];
}

/** With the words for its revisions, which identities lack; a file's own has none without its code. */
const wholeOf = (kind: "strategy" | "pruner", identity: StrategyIdentity): PartHere =>
  (kind === "strategy" ? strategyOf(identity) : prunerOf(identity)) ?? identity;

function changeOf(
  kind: "strategy" | "pruner",
  { name, revision: before = 1 }: StrategyIdentity,
  { revision: now = 1, changes = [] }: PartHere,
): string[] {
  if (before === now) return [];
  const is = `the ${kind} ${name} was at revision ${before} and is at revision ${now} here`;
  const what = kind === "strategy" ? "suggestions" : "decisions";
  const differs = changes.slice(before - 1, now - 1).join("; ");
  return [
    before > now
      ? `${is}: a newer one was used, and the same trials may lead to other ${what}`
      : `${is}: ${differs || `the same trials may lead to other ${what}`}`,
  ];
}
