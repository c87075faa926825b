import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { categorical, float, int, searchSpace } from "../space/index.ts";
import { openStorage } from "../storage/open-storage.ts";
import { createStudy } from "./open-study.ts";
import { viewStudy } from "./study-view.ts";

test("a brief look shows each trial's parameters, values and end as a whole one does", async (t) => {
  const storage = await openStorage(join(mkdtempSync(join(tmpdir(), "hpo-view-")), "a.db"));
  const space = searchSpace({
    lr: float(1e-5, 1, { log: true }),
    n: int(1, 9),
    kind: categorical(["a", null, true]),
  });
  const study = await createStudy({ name: "looked at", space, direction: "maximize" }, { storage });
  const reports = [
    { step: 1, value: 0.5 },
    { step: 7, value: NaN },
  ];
  const params = { lr: 0.00010000000000000002, n: 3, kind: null };
  await study.addTrials([
    { params, result: 2, reports: reports.slice(0, 1) },
    { params: { ...params, kind: true }, result: Infinity, userAttrs: { note: "x" } },
    { params, state: "pruned", reports: reports.slice(0, 1) },
    { params, state: "failed", reports },
    { params, result: 3, constraints: [1] },
  ]);
  await study.enqueue({ lr: 0.1 });
  await study.exclude(0);
  const [whole, brief, outline] = [
    await viewStudy("looked at", storage),
    await viewStudy("looked at", storage, { detail: "brief" }),
    await viewStudy("looked at", storage, { detail: "outline", whole: () => [0] }),
  ];
  const shown = (view: typeof whole): unknown =>
    view.trials().map((trial) => ({
      ...trial,
      reports: trial.state === "complete" ? [] : trial.reports.slice(-1),
      distributions: {},
      systemAttrs: {},
      startedAt: undefined,
      completedAt: undefined,
    }));
  t.deepEqual(shown(brief), shown(whole));
  t.deepEqual(brief.counts, study.counts);
  t.deepEqual(
    brief.bestTrials.map(({ number }) => number),
    [1],
  );
  t.deepEqual(brief.space, study.space);
  t.deepEqual(outline.counts, study.counts);
  t.deepEqual(outline.bestTrials, whole.bestTrials, "the best one, whole");
  t.deepEqual(outline.trials()[0], whole.trials()[0], "and one that was asked for");
  const [without, of] = [outline, whole].map((view) =>
    view.trials("failed", "pruned").map(({ number, state, params }) => ({ number, state, params })),
  );
  t.deepEqual(
    without,
    of.map((trial) => ({ ...trial, params: {} })),
  );
  await storage.close();
});

test("a look at a study without a declared space tells what its trials show of it", async (t) => {
  const storage = await openStorage(join(mkdtempSync(join(tmpdir(), "hpo-view-")), "a.db"));
  const study = await createStudy({ name: "free" }, { storage });
  await study.optimize((trial) => trial.suggestFloat("x", 0, 1), { trials: 2 });
  const view = await viewStudy("free", storage, { detail: "outline", space: true });
  t.deepEqual(
    view.space.parameters.map(({ name, distribution }) => [name, distribution.kind]),
    [["x", "float"]],
  );
  await t.throwsAsync(viewStudy("fre", storage), { message: /Did you mean "free"\?/ });
});
