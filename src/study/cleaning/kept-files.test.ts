import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { TrialRecord } from "../../contracts/storage.ts";
import type { Direction } from "../../contracts/trial.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { History } from "../history.ts";
import type { StudyState } from "../study-state.ts";
import { checkFileLimits, type FileLimits } from "./file-limits.ts";
import { keepFiles } from "./file-keeper.ts";
import { neededFiles } from "./needed-files.ts";

/** A trial as it is told in these tables: what it ended with, and the bytes that it keeps. */
interface Given extends Partial<Omit<TrialRecord, "number">> {
  readonly bytes?: number;
  readonly excluded?: boolean;
}

const complete = (value: number, bytes = 10, more: Given = {}): Given => ({
  ...{ state: "complete", values: [value], bytes },
  ...more,
});

/** What is left in the folders, told and removed when these trials have ended. */
async function swept(
  t: ExecutionContext,
  trials: readonly Given[],
  limits: FileLimits,
  {
    directions = ["minimize"],
    promotes,
  }: { readonly directions?: Direction[]; readonly promotes?: boolean } = {},
) {
  const folder = await tempFolder(t);
  const history = new History(directions);
  trials.forEach(({ bytes = 0, excluded: _, ...more }, number) => {
    history.apply({
      ...{ id: number, number, state: "running", params: {}, distributions: {}, reports: [] },
      ...{ userAttrs: {}, ...more },
      systemAttrs: { [ATTRIBUTE.finishIndex]: number, ...more.systemAttrs },
    });
    if (bytes === 0) return;
    mkdirSync(join(folder, String(number)));
    writeFileSync(join(folder, String(number), "model.pt"), "x".repeat(bytes));
  });
  history.setExcluded(
    new Set(trials.flatMap(({ excluded }, number) => (excluded ? [number] : []))),
  );
  const events: unknown[] = [];
  let heard = (_: unknown): void => undefined;
  const state = {
    history,
    parts: {
      record: { directions },
      strategy: { promotes },
      folders: { places: [folder, join(folder, "none")], of: (number: number) => join(folder, String(number)) }, // prettier-ignore
    },
    hub: {
      subscribe: (listener: typeof heard) => {
        heard = listener;
        return () => (heard = () => undefined);
      },
      note: (message: string) => events.push(message),
      emit: ({ number, files, bytes, why }: Record<string, unknown>) =>
        events.push([number, files, bytes, why]),
    },
  };
  const keeper = keepFiles(state as unknown as StudyState, limits);
  await keeper.end();
  const left = () => readdirSync(folder).map(Number).sort((a, b) => a - b); // prettier-ignore
  return { left, events, keeper, folder, state, hear: (event: unknown) => heard(event) };
}

const OVER = "the study keeps more than its limit";

test("the best keep their files, in the sense of the metric; the others lose them worst first", async (t) => {
  const why = "not among the best 2";
  const trials = [complete(3), complete(1), complete(4, 7), complete(2), complete(5)];
  const least = await swept(t, trials, { keepBest: 2 });
  t.deepEqual(least.left(), [1, 3]);
  t.deepEqual(least.events, [
    [4, 1, 10, why],
    [2, 1, 7, why],
    [0, 1, 10, why],
  ]);
  const most = await swept(t, trials, { keepBest: 2 }, { directions: ["maximize"] });
  t.deepEqual(most.left(), [2, 4]);
  t.deepEqual(most.events, [
    [1, 1, 10, why],
    [3, 1, 10, why],
    [0, 1, 10, why],
  ]);
  t.deepEqual((await swept(t, trials, { keepBest: 5 })).events, []);
  t.deepEqual((await swept(t, trials, { keepBest: 9 })).left(), [0, 1, 2, 3, 4]);
  t.deepEqual((await swept(t, trials, {})).left(), [0, 1, 2, 3, 4]);
  const equal = await swept(t, [complete(1), complete(1), complete(1)], { keepBest: 1 });
  t.deepEqual([equal.left(), equal.events.length], [[0], 2], "the front's first of equals");
});

test("trials that don't count go before those that do: failed, pruned, then infeasible ones", async (t) => {
  const infeasible = { systemAttrs: { [ATTRIBUTE.constraints]: [1] } };
  const trials: readonly Given[] = [
    complete(9),
    { state: "pruned", values: [0], bytes: 10 },
    { state: "failed", bytes: 10 },
    complete(0, 10, infeasible),
    complete(8),
    complete(1, 10, { excluded: true }),
    { state: "pruned", values: [5], bytes: 10 },
    { state: "failed", bytes: 10 },
    { bytes: 10 },
  ];
  const { left, events } = await swept(t, trials, { keepBest: 1 });
  t.deepEqual(left(), [4, 8], "a running trial's are kept");
  t.deepEqual(
    events.map((event) => (event as unknown[])[0]),
    [2, 7, 1, 6, 5, 3, 0],
  );
});

test("over a limit in bytes the worst go until it holds, then the best but one; the best stays", async (t) => {
  const sizes = (...bytes: readonly number[]) => bytes.map((size, value) => complete(value, size));
  const removed = async (limits: FileLimits, trials: readonly Given[], more = {}) => {
    const { events, left } = await swept(t, trials, limits, more);
    const gone = events.flatMap((event) => (Array.isArray(event) ? [event[0] as number] : []));
    const reasons = new Set(
      events.flatMap((event) => (Array.isArray(event) ? [event[3] as string] : [])),
    );
    const notes = events.filter((event) => typeof event === "string");
    return { gone, reasons: [...reasons], left: left(), notes };
  };
  const none = { gone: [], reasons: [], notes: [] };
  t.deepEqual(await removed({ artifactsLimit: 30 }, sizes(10, 10, 10)), { ...none, left: [0, 1, 2] }); // prettier-ignore
  t.deepEqual(await removed({ artifactsLimit: 29 }, sizes(10, 10, 10)), {
    ...{ gone: [2], reasons: [OVER], left: [0, 1], notes: [] },
  });
  t.deepEqual(await removed({ artifactsLimit: 10 }, sizes(10, 10, 10)), {
    ...{ gone: [2, 1], reasons: [OVER], left: [0], notes: [] },
  });
  const note =
    "Trials keep more than artifactsLimit=9 B: what is left is of the best, and of trials that may be continued. " +
    "Raise the limit, or save less in each trial.";
  t.deepEqual(await removed({ artifactsLimit: 9 }, sizes(10, 10)), {
    ...{ gone: [1], reasons: [OVER], left: [0], notes: [note] },
  });
  t.deepEqual(await removed({ artifactsLimit: 20, keepBest: 3 }, sizes(10, 10, 10, 10)), {
    gone: [3, 2],
    reasons: ["not among the best 3", OVER],
    ...{ left: [0, 1], notes: [] },
  });
  t.deepEqual(await removed({ artifactsLimit: 9, keepBest: 3 }, sizes(10, 10, 10)), {
    ...{ gone: [2, 1], reasons: [OVER], left: [0], notes: [note] },
  });
  const waiting = { [ATTRIBUTE.continueFrom]: 2 };
  const continued = [...sizes(5, 5, 5), { state: "waiting", systemAttrs: waiting } as const];
  t.deepEqual(await removed({ artifactsLimit: 10 }, continued), {
    ...{ gone: [1], reasons: [OVER], left: [0, 2], notes: [] },
  });
  t.deepEqual(await removed({ artifactsLimit: 10, keepBest: 3 }, continued), {
    ...{ gone: [1], reasons: [OVER], left: [0, 2], notes: [] },
  });
});

test("a paused trial keeps its files where its strategy may promote it", async (t) => {
  const paused = { systemAttrs: { [ATTRIBUTE.maxStep]: 3 } };
  const trials: readonly Given[] = [
    complete(1),
    { state: "pruned", values: [2], bytes: 10, ...paused },
    { state: "pruned", values: [3], bytes: 10 },
  ];
  const left = async (promotes?: boolean) =>
    (await swept(t, trials, { keepBest: 1 }, { promotes })).left();
  t.deepEqual(await left(true), [0, 1]);
  t.deepEqual(await left(false), [0]);
  t.deepEqual(await left(), [0]);
});

test("of several metrics the front keeps its files", async (t) => {
  const directions: Direction[] = ["minimize", "minimize"];
  const of = (...values: readonly (readonly number[])[]): Given[] =>
    values.map((both) => ({ state: "complete", values: both, bytes: 10 }));
  const trials = of([1, 3], [3, 3], [3, 1], [2, 2], [4, 0.5]);
  const { left, events } = await swept(t, trials, { keepBest: 1 }, { directions });
  t.deepEqual(left(), [0, 2, 3, 4]);
  t.deepEqual(events, [[1, 1, 10, "not of the front"]]);
  const limited = await swept(t, trials, { artifactsLimit: 1 }, { directions });
  t.deepEqual(limited.left(), [0, 2, 3, 4]);
  t.is(limited.events.length, 2, "none of the front goes, and that is told");
});

test("what trials end with is counted once they end; output and other folders are left alone", async (t) => {
  const { folder, keeper, events, hear, state } = await swept(t, [complete(1), complete(2, 0)], {
    keepBest: 1,
  });
  t.deepEqual(events, []);
  const turns = async () => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  mkdirSync(join(folder, "1"));
  mkdirSync(join(folder, "1x"));
  writeFileSync(join(folder, "1x", "model.pt"), "1");
  writeFileSync(join(folder, "1", "stdout.log"), "said");
  const again = keepFiles(state as unknown as StudyState, { keepBest: 1 });
  await turns();
  t.deepEqual(events, [], "what is printed is kept");
  writeFileSync(join(folder, "1", "model.pt"), "4");
  hear({ type: "started", trial: { number: 1 } });
  await turns();
  t.deepEqual(events, [], "it has not ended");
  hear({ type: "finished", trial: { number: 1 } });
  hear({ type: "finished", trial: { number: 7 } });
  await turns();
  t.deepEqual(events, [[1, 1, 1, "not among the best 1"]]);
  hear({ type: "finished", trial: { number: 0 } });
  await turns();
  t.is(events.length, 1, "what is gone is gone");
  t.deepEqual(readdirSync(join(folder, "1")), ["stdout.log"]);
  t.true(existsSync(join(folder, "1x", "model.pt")));
  await again.end();
  writeFileSync(join(folder, "1", "late.pt"), "12");
  hear({ type: "finished", trial: { number: 1 } });
  await turns();
  t.is(events.length, 1, "it ended, and hears nothing");
  keeper.look();
  await keeper.end();
  t.deepEqual(events[1], [1, 1, 2, "not among the best 1"]);
});

test("files that another trial goes on from are needed, and of a promoting strategy the paused ones", (t) => {
  const history = new History(["minimize"]);
  const add = (number: number, state: TrialRecord["state"], systemAttrs = {}) =>
    history.apply({
      ...{ id: number, number, state, params: {}, distributions: {}, reports: [], userAttrs: {} },
      systemAttrs,
    });
  const from = (number: number) => ({ [ATTRIBUTE.continueFrom]: number });
  const paused = { [ATTRIBUTE.maxStep]: 3 };
  add(0, "pruned", paused);
  add(1, "pruned", paused);
  add(2, "pruned");
  add(3, "complete", paused);
  add(4, "complete", from(1));
  add(5, "running", from(2));
  add(6, "waiting", from(3));
  const needed = (promotes: boolean) => [...neededFiles(history.trials, promotes)].sort();
  t.deepEqual(needed(false), [2, 3, 5, 6]);
  t.deepEqual(needed(true), [0, 2, 3, 5, 6]);
});

test("limits are a count of 1 or more and a size", (t) => {
  t.notThrows(() => checkFileLimits("x", {}));
  t.notThrows(() => checkFileLimits("x", { keepBest: 1, artifactsLimit: "2GiB" }));
  t.throws(() => checkFileLimits("x", { keepBest: 0 }), { message: /^x: keepBest=0 must be/ });
  t.throws(() => checkFileLimits("x", { artifactsLimit: "much" }), {
    message: /^x: artifactsLimit="much" must be/,
  });
});
