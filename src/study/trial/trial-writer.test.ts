import test from "ava";
import type { Storage, TrialChange } from "../../contracts/storage.ts";
import type { Held } from "../../contracts/trial-lease.ts";
import { mergeAll, TrialWriter } from "./trial-writer.ts";

const HELD = { attempt: 1 } as unknown as Held;
const report = (step: number): TrialChange => ({ reports: [{ step, value: step }] });

/** A storage that writes when it is let, and a writer on it. */
function writing(answer: () => boolean | Error = () => true) {
  const wrote: (readonly [trialId: number, change: TrialChange, held: Held | undefined])[] = [];
  let refusals = 0;
  let go = (): void => undefined;
  const storage = {
    updateTrial: async (...args: (typeof wrote)[number]) => {
      wrote.push(args);
      await new Promise<void>((resolve) => (go = resolve));
      const said = answer();
      if (said instanceof Error) throw said;
      return said;
    },
  } as unknown as Storage;
  const writer = new TrialWriter(storage, () => refusals++);
  writer.begin(7, HELD);
  const turn = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    go();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { writer, wrote, turn, refusals: () => refusals };
}

test("changes are written in order, those of one turn and those that gather meanwhile together", async (t) => {
  const { writer, wrote, turn, refusals } = writing();
  writer.write(7, report(1));
  writer.write(7, report(2));
  await new Promise((resolve) => setImmediate(resolve));
  writer.write(7, report(3));
  writer.write(7, report(4));
  await turn();
  await turn();
  await writer.written(7);
  t.deepEqual(
    wrote.map(([trialId, { reports }, held]) => [trialId, reports!.map(({ step }) => step), held]),
    [
      [7, [1, 2], HELD],
      [7, [3, 4], HELD],
    ],
  );
  t.is(refusals(), 0);
});

test("a write that another process's take-over refuses is told, once for each", async (t) => {
  const { writer, turn, refusals } = writing(() => false);
  writer.write(7, report(1));
  await turn();
  t.is(refusals(), 1);
});

test("an error is thrown to who waits, and by the trial's end once", async (t) => {
  const { writer, turn } = writing(() => new Error("disk is full"));
  writer.write(7, report(1));
  await turn();
  await t.throwsAsync(writer.written(7), { message: "disk is full" });
  await t.throwsAsync(writer.settle(7), { message: "disk is full" });
  t.deepEqual(await writer.settle(7), {});
});

test("what is left is stored with the trial's end; what clears reports by itself", async (t) => {
  const { writer, wrote, turn } = writing();
  writer.write(7, report(1));
  t.deepEqual(await writer.settle(7), report(1));
  writer.write(7, { clearReports: true });
  const settled = writer.settle(7);
  await turn();
  t.deepEqual(await settled, {});
  t.deepEqual(
    wrote.map(([, change]) => change),
    [{ clearReports: true }],
  );
});

test("of a trial that was dropped, or begun anew, earlier changes are not written", async (t) => {
  const { writer, wrote, turn } = writing();
  writer.write(7, report(1));
  writer.drop(7);
  writer.write(7, report(2));
  await turn();
  t.deepEqual(wrote, []);
  writer.begin(7, undefined);
  writer.write(7, report(3));
  writer.begin(7, HELD);
  writer.write(7, report(4));
  await turn();
  t.deepEqual(wrote, [[7, report(4), HELD]]);
});

test("merged changes are what they make one after the other", (t) => {
  const a: TrialChange = {
    params: { x: 1, y: 1 },
    reports: [{ step: 1, value: 1 }],
    attributes: { user: { a: 1 }, system: { s: 1 } },
  };
  const b: TrialChange = {
    params: { x: 2 },
    reports: [{ step: 2, value: 2 }],
    attributes: { user: { a: 2 } },
  };
  const merged = mergeAll([a, b]);
  t.deepEqual(merged.params, { x: 2, y: 1 });
  t.deepEqual(merged.attributes, { user: { a: 2 }, system: { s: 1 } });
  t.deepEqual(merged.reports, [...a.reports!, ...b.reports!]);
  t.false("clearReports" in merged);
  const cleared = mergeAll([a, { ...b, clearReports: true }, report(3)]);
  t.true(cleared.clearReports);
  t.deepEqual(cleared.reports, [...b.reports!, ...report(3).reports!]);
  t.is(mergeAll([a]), a);
});
