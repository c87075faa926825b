import { join } from "node:path";
import test from "ava";
import {
  categorical,
  createStudy,
  float,
  openStorage,
  openStudy,
  searchSpace,
} from "../../index.ts";
import { bestLines } from "../run/summary.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { outsideNote } from "./outside-space.ts";
import { viewStudy } from "../../study/study-view.ts";

test("a best trial outside of the space that was narrowed meanwhile is said to be so", async (t) => {
  const storage = await openStorage(join(await tempFolder(t), "hpo.db"));
  const wide = searchSpace({ x: float(0, 1), kind: categorical(["a", "b"]), drop: float(0, 1) });
  const first = await createStudy({ name: "s", space: wide }, { storage });
  await first.addTrials([{ params: { x: 0.3, kind: "b", drop: 0 }, result: 1 }]);
  t.notRegex(bestLines(await viewStudy("s", storage)).join("\n"), /outside/);

  const space = searchSpace({ x: float(0, 0.2), kind: categorical(["a", "b"]) });
  const study = await openStudy({ name: "s", space }, { storage });
  await study.tell((await study.ask())!, 2);
  const note =
    "Trial 0 lies outside of the space that is searched now: x is float 0 … 0.2, it has no drop any more.";
  t.is(bestLines(await viewStudy("s", storage)).at(-1), note);
  t.is(outsideNote(study, study.best), note);
  await study.tell((await study.ask())!, 0);
  t.is(outsideNote(study, study.best), undefined);
  await storage.close();
});

test("a front says so of each of its trials that lies outside", async (t) => {
  const storage = await openStorage(join(await tempFolder(t), "hpo.db"));
  const metrics = { a: "minimize", b: "minimize" } as const;
  const wide = searchSpace({ x: float(0, 1) });
  const first = await createStudy({ name: "s", space: wide, metrics }, { storage });
  await first.addTrials([
    { params: { x: 0.3 }, result: { a: 0, b: 1 } },
    { params: { x: 0.1 }, result: { a: 1, b: 0 } },
  ]);
  const space = searchSpace({ x: float(0, 0.2) });
  const study = await openStudy({ name: "s", space, metrics }, { storage });
  await study.tell((await study.ask())!, { a: 2, b: 2 });
  const lines = bestLines(await viewStudy("s", storage));
  t.deepEqual(
    lines.filter((line) => line.includes("outside")),
    ["Trial 0 lies outside of the space that is searched now: x is float 0 … 0.2."],
  );
  await storage.close();
});
