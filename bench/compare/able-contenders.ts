import { HpoError } from "../../src/errors/errors.ts";
import type { Contender } from "./contender.ts";
import type { ProblemPlan } from "./plan.ts";

/**
 * Those contenders that can take on every problem. The others (a grid, where there would be too many
 * points) are left out, since a table compares rows on the same problems; `say` is told why.
 */
export async function ableContenders(
  contenders: readonly Contender[],
  plans: readonly ProblemPlan[],
  trials: number,
  say: (text: string) => void,
): Promise<readonly Contender[]> {
  const [first] = plans;
  // Seeds differ in their minimum, not in their space.
  const oneSeed = plans.filter(({ seed }) => seed === first.seed);
  const unable = new Map<Contender, string>();
  for (const plan of oneSeed) {
    const problem = await plan.open();
    for (const contender of contenders) {
      try {
        if (!unable.has(contender)) await contender.start(problem, trials);
      } catch (error) {
        if (!(error instanceof HpoError)) throw error;
        unable.set(contender, `${plan.suite.name} ${plan.task}: ${error.message}`);
      }
    }
  }
  for (const [{ name }, reason] of unable) say(`SKIPPED ${name}: ${reason}`);
  return contenders.filter((contender) => !unable.has(contender));
}
