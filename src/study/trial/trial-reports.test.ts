import test from "ava";
import fc from "fast-check";
import { TrialReports } from "./trial-reports.ts";

// A user would miss: reports in order whenever they come, and a study that does not slow down with them.

const steps = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 30 });

test("reports stand by ascending step, in whichever order they come", (t) => {
  fc.assert(
    fc.property(steps, fc.boolean(), (given, isMaximized) => {
      const reports = new TrialReports(isMaximized ? "maximize" : "minimize");
      const views = given.map((step) => {
        reports.add(step / 2, step);
        const view = reports.view;
        return { view, copy: [...view] };
      });
      const ascending = [...given].sort((a, b) => a - b);
      t.deepEqual(
        reports.list,
        ascending.map((step) => ({ step, value: step / 2 })),
      );
      const sign = isMaximized ? -1 : 1;
      t.deepEqual(
        reports.view,
        ascending.map((step) => ({ step, value: sign * (step / 2) })),
      );
      t.is(reports.last?.step, ascending.at(-1));
      // The reports that a pruner has seen stay at the beginning of the same array.
      for (const { view, copy } of views) t.deepEqual(view.slice(0, copy.length), copy);
    }),
    { numRuns: 50 },
  );
});

test("a view is one array as long as reports come in order", (t) => {
  const reports = new TrialReports("maximize");
  reports.add(1, 0);
  const { view } = reports;
  reports.add(2, 5);
  t.is(reports.view, view);
  reports.add(3, 2);
  t.not(reports.view, view);
  t.deepEqual(
    view.map(({ step }) => step),
    [0, 5],
  );
});

test("150,000 reports, backwards too, are taken", (t) => {
  for (const stepOf of [(i: number) => i, (i: number) => 150_000 - i]) {
    const reports = new TrialReports("minimize");
    for (let i = 0; i < 150_000; i++) reports.add(i, stepOf(i));
    t.is(reports.list.length, 150_000);
    t.true(reports.view[0].step < reports.view[149_999].step);
  }
});

test("a curve may have any name, and holds numbers alone", (t) => {
  const reports = new TrialReports("minimize");
  reports.log(JSON.parse('{"constructor": 1, "__proto__": 2, "toString": 3}') as never, 4);
  t.deepEqual(Object.keys(reports.curves), ["constructor", "__proto__", "toString"]);
  t.deepEqual(reports.curves["__proto__"], [[4, 2]]);
  t.throws(() => reports.log({ loss: "0.5" as never }, 1), {
    message: /step 1, "loss"="0.5" must be a number/,
  });
  t.throws(() => reports.log({ loss: 1n as never }, 1), { message: /"loss"=1n must be/ });
  t.false("loss" in reports.curves);
});

test("reports that are none are refused by name", (t) => {
  const reports = new TrialReports("minimize");
  for (const step of [-1, 0.5, NaN, Infinity, "1", null, undefined, 2n, {}]) {
    t.throws(() => reports.add(1, step as never), { message: /step=.* must be an integer ≥ 0/ });
  }
  for (const value of ["1", null, undefined, 2n, {}, [], Symbol("a"), () => 1]) {
    t.throws(() => reports.add(value as never, 1), { message: /must be a number/ });
  }
  t.is(reports.last, undefined);
});
