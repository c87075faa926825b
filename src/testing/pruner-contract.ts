import type { ExecutionContext, TestFn } from "ava";
import { identityOf } from "../contracts/identity.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { Observation, PendingTrial } from "../contracts/strategy.ts";
import type { Report } from "../contracts/trial.ts";
import { createRng } from "../numerics/rng.ts";
import { prunerOf } from "../pruners/index.ts";
import { stopsOf } from "../pruners/testing/stops-of.ts";
import { refusesOptions, jsonRoundTrip } from "./option-laws.ts";

const TRIALS = 40;
const STEPS = 12;

/** Curves that fall towards ends of their own, noisily; one in four has a NaN, or ends in it. */
function curvesOf(seed: number): number[][] {
  return Array.from({ length: TRIALS }, (_, trial) => {
    const rng = createRng(seed, "curve", trial);
    const end = rng.uniform();
    const [from, gap] = [rng.integer(0, STEPS - 1), rng.uniform() < 0.5 ? 1 : STEPS];
    return Array.from({ length: STEPS }, (_, step) => {
      const isMissing = trial % 4 === 3 && step >= from && step < from + gap;
      return isMissing ? NaN : end + (1 + 0.1 * rng.normal()) / (step + 1);
    });
  });
}

const reportsOf = (values: readonly number[]) =>
  values.map((value, index) => ({ step: index + 1, value }));

const running = (values: readonly number[], number = TRIALS): PendingTrial => ({
  number,
  params: {},
  reports: reportsOf(values),
});

/** All curves as trials that came to their end: those that end in NaN diverged. */
const history: readonly Observation[] = curvesOf(1).map((curve, number): Observation => {
  const base = { number, params: {}, reports: reportsOf(curve) };
  const last = curve[STEPS - 1];
  return Number.isNaN(last)
    ? { ...base, outcome: "failed", values: [], failure: { reason: "diverged", message: "NaN" } }
    : { ...base, outcome: "complete", values: [last] };
});

const fold = (pruner: Pruner): unknown =>
  history.reduce((state, trial) => pruner.observe(state, trial), pruner.init());

/** @param makeOf makes it of other options */
type Law = (
  t: ExecutionContext,
  make: () => Pruner,
  makeOf: (options: Readonly<Record<string, unknown>>) => Pruner,
) => void;

const madeAgain: Law = (t, make, makeOf) => {
  const pruner = make();
  const identity = jsonRoundTrip(identityOf(pruner));
  // One that is not registered here is made of its options alone.
  const again = prunerOf(identity) ?? makeOf(identity.options ?? {});
  t.deepEqual(identityOf(again), identity);
  for (const seed of [1, 2]) {
    const curves = curvesOf(seed);
    t.deepEqual(stopsOf(again, { curves }), stopsOf(pruner, { curves }));
  }
};

const judgesPurely: Law = (t, make) => {
  const pruner = make();
  const state = fold(pruner);
  const decisions = (): boolean[] =>
    curvesOf(2).flatMap((curve, number) =>
      curve.map((_, step) => {
        const trial = running(curve.slice(0, step + 1), TRIALS + number);
        return pruner.shouldPrune(state, { trial, pending: [running(curve, 2 * TRIALS)] });
      }),
    );
  t.deepEqual(decisions(), decisions());
};

const keepsTheBest: Law = (t, make) => {
  const pruner = make();
  const state = fold(pruner);
  const best = Array.from({ length: STEPS }, (_, step) => -5 - step);
  const others = [
    running([NaN, NaN, NaN], 50),
    running(
      best.map(() => NaN),
      51,
    ),
  ];
  for (let count = 1; count <= STEPS; count++) {
    const trial = running(best.slice(0, count));
    t.false(pruner.shouldPrune(state, { trial, pending: others }), `after ${count} reports`);
  }
};

const bearsNaN: Law = (t, make) => {
  const pruner = make();
  for (const state of [pruner.init(), fold(pruner)]) {
    for (const values of [[NaN], [1, NaN], [NaN, 1], [NaN, NaN, NaN], [1, Infinity, NaN]]) {
      const trial = running(values);
      t.is(typeof pruner.shouldPrune(state, { trial, pending: [trial] }), "boolean");
    }
  }
};

const bearsManyReports: Law = (t, make) => {
  const pruner = make();
  const trial = running(Array.from({ length: 200_000 }, (_, step) => 1 / (step + 1)));
  const done: Observation = { ...trial, number: 0, outcome: "complete", values: [0] };
  const state = pruner.observe(fold(pruner), done);
  t.is(typeof pruner.shouldPrune(state, { trial, pending: [] }), "boolean");
};

/** A running trial's reports are one array that grows: what a pruner keeps of it must follow. */
const followsGrowth: Law = (t, make) => {
  const pruner = make();
  const state = fold(pruner);
  for (const [number, curve] of curvesOf(3).entries()) {
    const grown: Report[] = [];
    for (const report of reportsOf(curve)) {
      grown.push(report);
      const [asGrown, anew] = [grown, [...grown]].map((reports) => {
        const trial = { ...running([], TRIALS + number), reports };
        return pruner.shouldPrune(state, { trial, pending: [] });
      });
      t.is(asGrown, anew, `curve ${number}, after ${grown.length} reports`);
    }
  }
};

/** The same array, counting how often a report is read of it. */
function counting(reports: Report[], read: () => void): Report[] {
  return new Proxy(reports, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) read();
      return Reflect.get(target, key) as unknown;
    },
  });
}

const staysCheap: Law = (t, make) => {
  const readsOf = (count: number): number => {
    let reads = 0;
    const pruner = make();
    const long = reportsOf(Array.from({ length: count }, (_, step) => -9 - (step % 7)));
    const best: Observation = {
      ...running([], 0),
      reports: long,
      outcome: "complete",
      values: [-9],
    };
    const state = pruner.observe(fold(pruner), best);
    const [own, others] = [0, 1].map(() => counting([], () => reads++));
    const pending = [{ ...running([], TRIALS + 1), reports: others }];
    const trial = { ...running([]), reports: own };
    for (const report of long) {
      own.push({ ...report, value: report.value + 1 / report.step });
      others.push(report);
      pruner.shouldPrune(state, { trial, pending });
    }
    return reads;
  };
  const [few, many] = [readsOf(500), readsOf(2000)];
  t.true(few >= 500);
  t.true(many <= 5 * few, `${many} reads against ${few}`);
};

/** The contract's laws by name, in plain words. */
export const prunerLaws = {
  "made again from its name and options, it judges the same": madeAgain,
  "judging changes nothing": judgesPurely,
  "who is ahead of all at each step goes on, whatever NaN others reported": keepsTheBest,
  "bears NaN in its own reports": bearsNaN,
  "bears 200,000 reports": bearsManyReports,
  "reports that grow in place count as if they were read anew": followsGrowth,
  "asked after each of 2,000 reports, it reads four times as much as of 500": staysCheap,
} as const satisfies Readonly<Record<string, Law>>;

/**
 * Registers the tests that every pruner must pass.
 * @param name for the titles of the tests
 * @param make its factory, which takes one object of options
 * @param options with which it is made; must survive JSON
 * @example
 * ```ts
 * import test from "ava";
 * import { prunerContract } from "hpo/testing";
 * import { median } from "hpo/pruners";
 *
 * prunerContract(test, "median", median, { warmupSteps: 3 });
 * ```
 */
export function prunerContract<Options extends object>(
  test: TestFn,
  name: string,
  make: (options: Options) => Pruner,
  options: Options = {} as Options,
): void {
  const title = Object.keys(options).length === 0 ? name : `${name}(${JSON.stringify(options)})`;
  for (const [law, check] of Object.entries(prunerLaws)) {
    test(`${title}: ${law}`, (t) =>
      check(
        t,
        () => make(options),
        (others) => make(others as Options),
      ));
  }
  test(`${title}: an option that it does not know is refused`, (t) => {
    refusesOptions(
      t,
      make as (options: object) => unknown,
      { ...options } as Readonly<Record<string, unknown>>,
    );
  });
}
