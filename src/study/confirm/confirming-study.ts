import { isCancelled, type CompleteTrial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import { openStudy } from "../open-study.ts";
import type { Study } from "../study.ts";
import type { StudyDefinition } from "../study-definition.ts";
import type { ConfirmedStudy } from "./candidates.ts";

/**
 * A user attribute: on the study, the confirmed study's name; on its trials, the confirmed number.
 */
const CONFIRMS = "confirms";

export const confirmingName = (study: string): string => `${study}-confirm`;

export const confirmedBy = ({
  userAttrs,
}: {
  readonly userAttrs: Readonly<Record<string, unknown>>;
}): unknown => userAttrs[CONFIRMS];

/**
 * Opens the study beside `study` in which its settings run again, `seeds` times each, unseen by the
 * first one's strategy. Missing runs are queued, one of each setting in turn.
 */
export async function confirmingStudy(
  study: ConfirmedStudy,
  settings: readonly CompleteTrial[],
  seeds: number,
  definition: Partial<StudyDefinition> = {},
): Promise<Study> {
  const { storage, version, directions, metricNames } = study;
  const name = confirmingName(study.name);
  const found = await storage.findStudy(name);
  if (found && confirmedBy(found) !== study.name) {
    throw new HpoError(
      `There is a study ${JSON.stringify(name)} that does not confirm ${JSON.stringify(study.name)}. Rename it: hpo study rename.`,
    );
  }
  const runs = await openStudy(
    {
      ...definition,
      name,
      ...(metricNames
        ? { direction: undefined, metrics: { [metricNames[0]]: directions[0] } }
        : { direction: directions[0], metrics: undefined }),
      space: version.space,
      strategy: "random",
      seed: createRng(version.seed, "confirm").integer(0, 2 ** 31 - 1),
      trials: undefined,
      until: undefined,
      pruner: undefined,
      prior: undefined,
    },
    { storage },
  );
  await runs.refresh();
  if (confirmedBy(runs) === undefined) await runs.setUserAttr(CONFIRMS, study.name);
  const there = settings.map(({ number }) => runsOf(runs, number).length);
  for (let seed = 0; seed < seeds; seed++) {
    for (const [i, { number, params }] of settings.entries()) {
      if (there[i] > seed) continue;
      await runs.enqueue(params, { userAttrs: { [CONFIRMS]: number } });
    }
  }
  return runs;
}

/** The runs of a setting, queued ones included. */
export const runsOf = (runs: Pick<Study, "trials">, setting: number) =>
  runs.trials().filter((trial) => confirmedBy(trial) === setting && !isCancelled(trial));
