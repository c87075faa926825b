import { HpoError } from "../../errors/errors.ts";
import type { SearchSpace } from "../../space/search-space.ts";
import { declaredMetrics, type StudyDefinition } from "../study-definition.ts";
import type { StudyVersion } from "../study-version.ts";
import { sameJson } from "./prior-changes.ts";
import { openProbe } from "./study-probe.ts";
import { TABLE_BUDGET, type Probe } from "../../theory/probe/probe.ts";
import { needsCrossChecks } from "../../theory/study/measured-law.ts";

import { checkDeclared, type Declared } from "../../theory/study/declared.ts";
import { probePoints, type ProbePoint } from "../../theory/study/probe-points.ts";
import { propose, type Measured, type TheoryProposal } from "../../theory/study/proposal.ts";
import { proposalNotes } from "../../theory/study/report.ts";
import { watchTheory } from "../../theory/study/watch.ts";

export interface ResolvedPrior {
  readonly prior?: TheoryProposal;
  /** Notes for users about a new prior. */
  readonly notes: readonly string[];
}

/** Called before each measurement, as it takes time. */
export type Log = (message: string) => void;

/**
 * The prior of a definition: the one that the study has, if its declaration is still the same; else
 * a new one, from the measurement that the study has or from the definition's probe.
 * @throws HpoError naming what is missing, or what the probe threw
 */
export async function resolvePrior(
  definition: StudyDefinition,
  before: StudyVersion | undefined,
  log: Log = () => undefined,
): Promise<ResolvedPrior> {
  const { prior: declaration, roles, space } = definition;
  if (!declaration) return { notes: [] };
  if (!space) {
    throw new HpoError(
      `Study ${JSON.stringify(definition.name)}: theory() needs a declared space. Declare space, or drop prior.`,
    );
  }
  const { measurement, ...options } = declaration.options;
  const declared = { options, ...(roles && { roles }), isGiven: measurement !== undefined };
  const { directions, metricNames } = declaredMetrics(definition);
  const context = { space, metricNames, metricCount: directions.length };
  checkDeclared(context, declared);
  const given = measurement && [{ measurement }];
  const kept = before?.prior && keptMeasurement(before.prior, declared, given, space);
  const measured = given ?? kept ?? (await measure(definition, space, declared, log));
  const proposal = propose(context, declared, measured);
  if (before?.prior && sameJson(before.prior, proposal)) return { prior: before.prior, notes: [] };
  // A prior that is no density over this space fails here, not at the first suggestion.
  watchTheory(space, proposal).begin();
  return { prior: proposal, notes: proposalNotes(proposal) };
}

/** The earlier measurement of the study's probe, if it covers all that is declared now. */
function keptMeasurement(
  { declared: before, measured }: TheoryProposal,
  now: Declared,
  given: readonly Measured[] | undefined,
  space: SearchSpace,
): readonly Measured[] | undefined {
  if (given || before.isGiven || !sameJson(before.options.at, now.options.at)) return undefined;
  const choices = probePoints(space, now.options, now.roles).map((place) => place.optimizer);
  const isWhole =
    !needsCrossChecks(now.options.batchLaw) ||
    needsCrossChecks(before.options.batchLaw) ||
    measured.every(({ measurement }) => measurement.trace !== undefined);
  const isSame = sameJson(
    choices,
    measured.map((one) => one.optimizer),
  );
  return isWhole && isSame ? measured : undefined;
}

async function measure(
  definition: StudyDefinition,
  space: SearchSpace,
  { options, roles }: Declared,
  log: Log,
): Promise<readonly Measured[]> {
  const { name } = definition;
  if (definition.probe === undefined) {
    throw new HpoError(
      `Study ${JSON.stringify(name)}: theory() has nothing to measure. Give the study probe: (params) => ` +
        "({ model, loss, batches, optimizer }), or what was measured elsewhere: " +
        "theory({ measurement }); or drop prior.",
    );
  }
  const measured: Measured[] = [];
  for (const place of probePoints(space, options, roles)) {
    log(`Measuring curvature and noise for theory's prior at ${JSON.stringify(place.params)} …`);
    measured.push(await measureAt(definition, place, options));
  }
  return measured;
}

async function measureAt(
  definition: StudyDefinition,
  { params, optimizer }: ProbePoint,
  { batchLaw }: Declared["options"],
): Promise<Measured> {
  const { name, seed = 0 } = definition;
  const all = needsCrossChecks(batchLaw);
  let made: Probe | undefined;
  try {
    made = await openProbe(definition, params);
    const options = { seed, crossChecks: all, ...(all && { budget: TABLE_BUDGET }) };
    const measurement = await made.measure(options);
    const measuredAt = new Date().toISOString();
    return { measurement, ...(optimizer !== undefined && { optimizer }), params, measuredAt };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HpoError(
      `Study ${JSON.stringify(name)}: its probe failed at ${JSON.stringify(params)}: ${message}\nRepair the ` +
        "probe, measure at other parameters with theory({ at: { … } }), or drop prior.",
      { cause: error },
    );
  } finally {
    await made?.dispose?.();
  }
}
