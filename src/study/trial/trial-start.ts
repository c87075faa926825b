import type { Suggestion } from "../../contracts/strategy.ts";
import type { Attributes } from "../../contracts/trial.ts";
import type { Distribution } from "../../space/distribution.ts";
import type { Params, SearchSpace } from "../../space/search-space.ts";
import type { Asked } from "./start-attributes.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";

/** What a trial is started with. */
export interface TrialStart {
  readonly params: Params;
  readonly distributions: Readonly<Record<string, Distribution>>;
  readonly startedAt: Date;
  readonly systemAttrs: Attributes;
}

/**
 * Makes what a study's trials start with. Without a declared space (define-by-run), a trial starts
 * without parameters, and its objective asks for them.
 */
export function trialStarts(
  space: SearchSpace | undefined,
): (
  asked: Asked,
  params: Params,
  holder: Attributes,
  suggestion?: Suggestion & { kind: "params" },
) => TrialStart {
  const distributionsOf = space ? distributionsIn(space) : () => ({});
  return (asked, params, holder, suggestion) => ({
    params: space ? params : {},
    distributions: distributionsOf(params),
    startedAt: new Date(),
    systemAttrs: {
      [ATTRIBUTE.asked]: space ? asked : { ...asked, suggested: params },
      ...holder,
      ...(suggestion?.why && { [ATTRIBUTE.why]: suggestion.why }),
      ...(suggestion?.continueFrom !== undefined && {
        [ATTRIBUTE.continueFrom]: suggestion.continueFrom,
      }),
      ...(suggestion?.maxStep !== undefined && { [ATTRIBUTE.maxStep]: suggestion.maxStep }),
    },
  });
}

/** Gives all trials that have every parameter the same object, as there may be many trials. */
function distributionsIn({
  parameters,
}: SearchSpace): (params: Params) => Readonly<Record<string, Distribution>> {
  const entries = parameters.map(({ name, distribution }) => [name, distribution] as const);
  const all = Object.fromEntries(entries);
  return (params) =>
    entries.every(([name]) => Object.hasOwn(params, name))
      ? all
      : Object.fromEntries(entries.filter(([name]) => Object.hasOwn(params, name)));
}
