import { createHash } from "node:crypto";
import { createRng } from "../../src/numerics/rng.ts";
import { decode, spaceToJson } from "../../src/space/index.ts";
import type { Problem } from "../problems/problem.ts";
import { runSeed } from "../compare/run-seed.ts";

const PROBES = 8;

/**
 * Problems with the same hash answer alike, as far as a few points show, and are run with the same
 * seed: the space and what is given at the points, to ten digits (the last ones of sines differ between Node versions). Uses the
 * problem up, if it is a pool.
 */
export async function problemHash(problem: Problem): Promise<string> {
  const { space } = problem;
  const round = (value: number): string => value.toPrecision(10);
  const answers: string[] = [];
  for (let number = 0; number < PROBES; number++) {
    const rng = createRng(0, "probe", number);
    const params = decode(
      space,
      space.parameters.map(() => rng.uniform()),
    );
    const { value, regret } = await problem.evaluate(params, number);
    answers.push(`${round(value)} ${round(regret)}`);
  }
  const text = JSON.stringify([spaceToJson(space), problem.startRegret, runSeed(problem), answers]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
