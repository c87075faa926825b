import type { StudyRoles } from "../../contracts/study-roles.ts";
import { HpoError } from "../../errors/errors.ts";
import type { SearchSpace } from "../../space/index.ts";
import { checkRate } from "../prior/rate-prior.ts";
import type { TheoryOptions } from "./options.ts";
import { probePoints } from "./probe-points.ts";
import { findRoles } from "./roles.ts";

/** What a study declares about its prior; the same again on every resume. */
export interface Declared {
  /** Without `measurement`, which stands among the measured. */
  readonly options: Omit<TheoryOptions, "measurement">;
  readonly roles?: StudyRoles;
  /** Whether the measurement was given rather than made by the study's probe. */
  readonly isGiven: boolean;
}

export interface StudyContext {
  readonly space: SearchSpace;
  readonly metricNames?: readonly string[];
  readonly metricCount: number;
}

/** What can be found wrong before anything is measured. @throws HpoError naming it */
export function checkDeclared(context: StudyContext, { options, roles }: Declared): void {
  const { space, metricCount, metricNames } = context;
  metricIndex(options.metric, metricCount, metricNames);
  for (const { learningRate } of findRoles(space, roles).arms) rangeOf(space, learningRate);
  probePoints(space, options, roles);
}

/** The range of learning rates that is searched. */
export function rangeOf(space: SearchSpace, name: string): { low: number; high: number } {
  const { distribution } = checkRate(space.parameters.find((p) => p.name === name)!);
  if (distribution.low > 0 && distribution.high > distribution.low) {
    return { low: distribution.low, high: distribution.high };
  }
  throw new HpoError(
    `theory: the learning rate "${name}" is searched from ${distribution.low} to ` +
      `${distribution.high}, and theory speaks of its logarithm. Declare it as ` +
      "float(low, high, { log: true }) with 0 < low < high.",
  );
}

/** By which metric the prior is judged. */
export function metricIndex(
  given: string | undefined,
  count: number,
  names: readonly string[] | undefined,
): number {
  if (given === undefined) {
    if (count === 1) return 0;
    throw new HpoError(
      `theory: the study has ${count} metrics${names ? ` (${names.join(", ")})` : ""}. Say by which ` +
        `one the prior is judged: theory({ metric: "${names?.[0] ?? "NAME"}" }).`,
    );
  }
  const index = names?.indexOf(given) ?? -1;
  if (index >= 0) return index;
  throw new HpoError(
    `theory: metric "${given}" is none of the study's: ${names?.join(", ") ?? "it has no name"}.`,
  );
}
