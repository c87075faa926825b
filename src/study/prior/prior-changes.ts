import type { TheoryProposal } from "../../theory/study/proposal.ts";

export const sameJson = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** What changed about the prior since the study last ran. */
export function priorChanges(
  before: TheoryProposal | undefined,
  now: TheoryProposal | undefined,
): string[] {
  if (sameJson(before, now)) return [];
  if (!before) return ["theory's prior is new"];
  if (!now) return ["theory's prior is gone"];
  const options = (of: TheoryProposal): Record<string, unknown> => ({
    ...of.declared.options,
    ...(of.declared.roles && { roles: of.declared.roles }),
    ...(of.declared.isGiven && { measurement: "given" }),
  });
  const [old, fresh] = [options(before), options(now)];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  const changes = keys.filter((key) => !sameJson(old[key], fresh[key]));
  const shown = (value: unknown): string => (value === undefined ? "unset" : JSON.stringify(value));
  if (changes.length === 0)
    return ["theory's prior is made anew, for another space or measurement"];
  return changes.map(
    (key) => `theory's ${key} was ${shown(old[key])} and is now ${shown(fresh[key])}`,
  );
}
