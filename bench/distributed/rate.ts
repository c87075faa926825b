import { setTimeout as sleep } from "node:timers/promises";
import { runSql } from "../../src/testing/postgres/run-sql.ts";

/**
 * Programs are slow until their code is compiled: none is measured before each of its processes has run so many trials,
 * or this long. After 100 trials one process took a quarter more for a trial than after 1,000, and while it ran
 * 2,800 in the time measured, each of eight ran 250.
 */
const WARM_TRIALS = 1000;
const WARM_MS = 20_000;

/**
 * Counts the trials that finished in a study between two moments.
 * @param watch is called at both
 */
export async function rate(
  url: string,
  study: string,
  processes: number,
  seconds: number,
  begin: () => void,
  watch: (finished: number) => void = () => undefined,
): Promise<number> {
  const count = async () => {
    const [{ n }] = await runSql(
      url,
      `select count(*)::int as n from trials join studies using (study_id)
       where study_name = '${study}' and state = 'COMPLETE'`,
    );
    return Number(n);
  };
  begin();
  const began = performance.now();
  await sleep(1000);
  while ((await count()) < WARM_TRIALS * processes && performance.now() - began < WARM_MS) {
    await sleep(500);
  }
  const [before, from] = [await count(), performance.now()];
  watch(before);
  await sleep(seconds * 1000);
  const [after, to] = [await count(), performance.now()];
  watch(after);
  return (1000 * (after - before)) / (to - from);
}
