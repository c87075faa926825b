import test from "ava";
import fc from "fast-check";
import { createStudy, float, searchSpace, type Pruner } from "../../index.ts";
import { median } from "../../pruners/index.ts";
import { random } from "../../../strategies/index.ts";
import { mergeAll } from "./trial-writer.ts";

// A user would miss: a study that does not slow down with the reports of a trial.

const space = searchSpace({ x: float(0, 1) });

/** How often the reports of a trial are read in all, while it asks after each of them. */
async function readsOf(count: number, direction: "minimize" | "maximize"): Promise<number> {
  let reads = 0;
  const inner = median({ startupTrials: 1 });
  const seen = new WeakMap<object, object>();
  // The array that a pruner is handed, counting what is read of it.
  const counting = (reports: readonly object[]): readonly object[] => {
    const known = seen.get(reports) as readonly object[] | undefined;
    if (known) return known;
    const proxy = new Proxy(reports, {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) reads++;
        const member: unknown = Reflect.get(target, key);
        return member;
      },
    });
    seen.set(reports, proxy);
    return proxy;
  };
  const pruner: Pruner = {
    ...(inner as Pruner),
    shouldPrune: (state, context) => {
      const reports = counting(context.trial.reports) as typeof context.trial.reports;
      return inner.shouldPrune(state as never, {
        ...context,
        trial: { ...context.trial, reports },
      });
    },
  };
  const study = await createStudy({ name: "s", space, strategy: random(), direction, pruner });
  const [first, second] = await study.ask(2);
  first.report(5, 0);
  await study.tell(first, 5);
  for (let step = 0; step < count; step++) {
    second.report(step % 7, step);
    second.shouldPrune();
  }
  await study.tell(second, 1);
  return reads;
}

test("asking after each of 4,000 reports reads four times as much as after 1,000", async (t) => {
  for (const direction of ["minimize", "maximize"] as const) {
    const [few, many] = [await readsOf(1000, direction), await readsOf(4000, direction)];
    t.true(few > 1000);
    t.true(many <= 5 * few, `${many} reads against ${few}`);
  }
});

test("130,000 reports at once, each with a question, are taken and kept", async (t) => {
  const study = await createStudy({ name: "s", space, strategy: random(), pruner: median() });
  const trial = (await study.ask())!;
  for (let step = 0; step < 130_000; step++) {
    trial.report(step, step);
    trial.shouldPrune();
  }
  t.is((await study.tell(trial, 1)).reports.length, 130_000);
});

const names = fc.constantFrom("a", "b", "__proto__", "constructor");
const change = fc.record({
  reports: fc.array(fc.record({ step: fc.nat(9), value: fc.integer() }), { maxLength: 3 }),
  clearReports: fc.boolean(),
  attributes: fc.record({
    user: fc.array(fc.tuple(names, fc.integer()), { maxLength: 3 }).map(Object.fromEntries),
  }),
});

test("changes that are merged do what they do one after the other", (t) => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      const merged = mergeAll(changes);
      let reports: object[] = [];
      const user = new Map<string, unknown>();
      for (const one of changes) {
        if (one.clearReports) reports = [];
        reports.push(...one.reports);
        for (const [name, value] of Object.entries(one.attributes.user as object)) {
          user.set(name, value);
        }
      }
      t.deepEqual(merged.reports as unknown, reports);
      t.deepEqual(new Map(Object.entries(merged.attributes!.user!)), user);
      t.is(
        merged.clearReports ?? false,
        changes.some((one) => one.clearReports),
      );
    }),
    { numRuns: 100 },
  );
});
