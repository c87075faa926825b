import type { Contender } from "./contender.ts";
import { drive } from "./drive.ts";
import type { PeerGroup } from "../peers/peer-group.ts";
import type { ProblemPlan } from "./plan.ts";
import type { Suite } from "../problems/problem.ts";
import type { ComparisonProgress } from "./progress.ts";
import { REFERENCE, referenceSearch } from "./reference.ts";
import { rowName, type DetailedResult } from "./run-result.ts";
import { summarize, type SuiteSummary } from "./summary.ts";

export interface CompareOptions {
  readonly suites: readonly Suite[];
  readonly strategies: readonly Contender[];
  readonly peers: PeerGroup;
  readonly trials: number;
  readonly workers: number;
}

export interface Comparison {
  /** Of the strategies and peers. */
  readonly results: readonly DetailedResult[];
  readonly summaries: readonly SuiteSummary[];
}

/** How many runs `compare` makes, for its progress. */
export const countRuns = (
  plans: readonly ProblemPlan[],
  strategies: number,
  peers: number,
): number =>
  plans.reduce((sum, { suite }) => sum + 1 + strategies * armsOf(suite).length + peers, 0);

const armsOf = ({ arms }: Suite): readonly (string | undefined)[] => arms?.names ?? [undefined];

export async function compare(
  plans: readonly ProblemPlan[],
  options: CompareOptions,
  progress: ComparisonProgress,
): Promise<Comparison> {
  const { strategies, peers, trials, workers, suites } = options;
  const namesOf = (suite: Suite): string[] => [
    ...strategies.flatMap(({ name }) => armsOf(suite).map((arm) => rowName(name, arm))),
    ...peers.names,
  ];
  const all: DetailedResult[] = [];
  for (const plan of plans) {
    const run = async (name: string, work: () => Promise<DetailedResult>): Promise<void> => {
      all.push(await work());
      progress.step(`${plan.suite.name} ${plan.task} seed ${plan.seed}: ${name}`);
    };
    await run(referenceSearch.name, async () =>
      drive(referenceSearch, await plan.open(), { trials, workers }),
    );
    for (const contender of strategies) {
      for (const arm of armsOf(plan.suite)) {
        const name = rowName(contender.name, arm);
        // One after another: nothing else shall run while a suggestion is timed.
        await run(name, async () => {
          const result = await drive(contender, await plan.open(arm), { trials, workers });
          return { ...result, strategy: name };
        });
      }
    }
    for (const name of peers.names) await run(name, () => peers.run(name, plan));
  }
  const summaries = suites.flatMap((suite) => {
    const results = all.filter((result) => result.suite === suite.name);
    return results.length === 0 ? [] : [summarize(suite, results, namesOf(suite))];
  });
  return { results: all.filter(({ strategy }) => strategy !== REFERENCE), summaries };
}
