import type { CompleteTrial } from "../../contracts/trial.ts";
import { describeDistribution } from "../../space/compare-distributions.ts";
import { contains } from "../../space/distribution.ts";
import type { StudyView } from "../../study/study-view.ts";

/**
 * Says of a best trial that it lies outside of the study's declared space, as after a range was
 * narrowed: the search doesn't come back to it. Undefined if it lies inside.
 */
export function outsideNote(
  { version }: Pick<StudyView, "version">,
  { number, params }: CompleteTrial,
): string | undefined {
  if (!version.space) return undefined;
  const declared = new Map(version.space.parameters.map((one) => [one.name, one.distribution]));
  const outside = Object.entries(params).flatMap(([name, value]) => {
    const distribution = declared.get(name);
    if (!distribution) return [`it has no ${name} any more`];
    return contains(distribution, value)
      ? []
      : [`${name} is ${describeDistribution(distribution)}`];
  });
  if (outside.length === 0) return undefined;
  return `Trial ${number} lies outside of the space that is searched now: ${outside.join(", ")}.`;
}
