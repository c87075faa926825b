import type { ExecutionContext } from "ava";
import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import type { TrialRecord } from "../../../contracts/storage.ts";
import { leaseOf } from "../../../study/trial/trial-lease.ts";
import type { Counts } from "./deck.ts";
import type { Telling } from "./told-twice.ts";

export interface Results {
  readonly counts: Counts;
  readonly trials: readonly TrialRecord[];
  /** What the coordinator answered to each end that it was told. */
  readonly tellings: readonly Telling[];
  /** What each worker printed. */
  readonly texts: readonly string[];
}

/** Each trial has one result, from one attempt, and nothing else was taken. @returns what was met */
export function checkResults(t: ExecutionContext, results: Results): Record<string, number> {
  const { counts, trials } = results;
  t.is(trials.length, counts.trials, "the budget is exact");
  const unfinished = trials.filter(({ state }) => state !== "complete");
  t.deepEqual(
    unfinished.map(({ number, state }) => [number, state]),
    [],
  );
  const order = (of: (trial: TrialRecord) => number): number[] =>
    trials.map(of).sort((a, b) => a - b);
  const dense = trials.map((_, index) => index);
  t.deepEqual(
    order(({ number }) => number),
    dense,
  );
  t.deepEqual(
    order(({ systemAttrs }) => Number(systemAttrs[ATTRIBUTE.finishIndex])),
    dense,
  );
  for (const trial of trials) checkTrial(t, trial);
  const attempts = trials.map(attemptsOf).reduce((sum, each) => sum + each, 0);
  t.true(attempts > 0, "nothing was started again: nothing was tested");
  return { "trials started again": attempts, ...checkTold(t, results), ...checkSaid(t, results) };
}

const attemptsOf = ({ systemAttrs }: TrialRecord): number =>
  Number(systemAttrs[ATTRIBUTE.attempts] ?? 0);

/** Its value is its own, and all that it reported is of the attempt that ended. */
function checkTrial(
  t: ExecutionContext,
  { number, params, values, reports, userAttrs }: TrialRecord,
): void {
  const is = (condition: boolean, what: string): void => {
    if (!condition) t.fail(`trial ${number}: ${what}`);
  };
  is(values?.[0] === Number(params["x"]) + Number(params["n"]), `its value is ${String(values)}`);
  const attempt = Number(userAttrs["attempt"]);
  const expected = [0, 1, 2, 3].map((step) => ({ step, value: attempt + step / 10 }));
  is(
    JSON.stringify(reports) === JSON.stringify(expected),
    `mixed: ${attempt} ${JSON.stringify(reports)}`,
  );
}

/** Whoever was refused had an older lease than the one that gave the result. */
function checkTold(t: ExecutionContext, { trials, tellings }: Results): Record<string, number> {
  const last = new Map(trials.map((trial) => [trial.number, leaseOf(trial.systemAttrs)?.id]));
  let refused = 0;
  let again = 0;
  const taken = new Set<number>();
  for (const { number, lease, answer } of tellings) {
    const isLast = last.get(number) === lease;
    if (answer === "lost") refused++;
    if (answer === "already") again++;
    if ((answer === "lost") === isLast) t.fail(`trial ${number}: ${lease} was answered ${answer}`);
    if (answer !== "taken") continue;
    if (taken.has(number)) t.fail(`trial ${number} was taken twice`);
    taken.add(number);
  }
  return tellings.length === 0 ? {} : { "ends refused": refused, "ends known already": again };
}

/** What workers said to have ended is in the study, once. */
function checkSaid(t: ExecutionContext, { trials, texts }: Results): Record<string, number> {
  const said = new Set<number>();
  let late = 0;
  for (const text of texts) {
    late += text.match(/ended here, too late/g)?.length ?? 0;
    for (const [, line] of text.matchAll(/^(\{"number".*\})$/gm)) {
      const { number, values } = JSON.parse(line) as { number: number; values: number[] };
      if (said.has(number)) t.fail(`trial ${number} was said to have ended twice`);
      said.add(number);
      const kept = trials[number].values;
      if (values[0] !== kept?.[0])
        t.fail(`trial ${number}: ${values[0]} was said, ${kept?.[0]} kept`);
    }
  }
  return { "ends said by workers": said.size, "ends that came too late": late };
}
