import { join } from "node:path";
import test from "ava";
import { createStudy, float, openStorage, rowsOf, searchSpace } from "../../index.ts";
import { viewStudy } from "../../study/study-view.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { painted } from "../draw/styled-line.ts";
import { folderWith, hpo } from "../fixtures/hpo.ts";
import { stateWord } from "../format.ts";
import { glanceLines } from "../glance/glance-lines.ts";
import { bestLines, countLines, studySummary } from "../run/summary.ts";
import { trialDetailLines, trialDetails } from "./trial-details.ts";

// A user would miss: why a trial with a better value is not the best.

const space = searchSpace({ x: float(0, 1) });
const told = (x: number, constraints: readonly number[]) => ({
  params: { x },
  result: x,
  constraints,
});

async function viewOf(folder: string, detail: "outline" | "brief", broken: number) {
  const storage = await openStorage(join(folder, `${detail}${broken}.db`));
  const study = await createStudy({ name: "c", space }, { storage });
  await study.addTrials([told(0.1, [0.25, -1]), told(0.5, [broken, 0])]);
  await study.addTrials([
    { params: { x: 0.9 }, state: "failed", failure: { reason: "error", message: "no" } },
  ]);
  await storage.close();
  const again = await openStorage(join(folder, `${detail}${broken}.db`));
  return viewStudy("c", again, { detail, space: true });
}

test("what violates a constraint is told of wherever trials are shown", async (t) => {
  const folder = await tempFolder(t);
  for (const detail of ["outline", "brief"] as const) {
    const view = await viewOf(folder, detail, 0);
    const [first, second, third] = view.trials();
    t.is(stateWord(first, new Set()), "complete, infeasible");
    t.is(stateWord(second, new Set()), "complete");
    t.is(countLines(view)[0], "Trials: 2 complete (1 infeasible), 1 failed");
    const lines = glanceLines(view, { columns: 100, unicode: true });
    t.true(lines.map((line) => painted(line, false)).includes("trials   2 complete (1 infeasible), 1 failed")); // prettier-ignore
    t.deepEqual(studySummary(view, "x.db")["infeasible"], [0]);
    t.true(trialDetailLines(view, first).includes("Constraints 0.25, -1: infeasible (each is met where ≤ 0)")); // prettier-ignore
    t.true(trialDetailLines(view, second).includes("Constraints 0, 0: feasible (each is met where ≤ 0)")); // prettier-ignore
    t.notRegex(trialDetailLines(view, third).join("\n"), /Constraints/);
    t.deepEqual(trialDetails(first)["constraints"], [0.25, -1]);
    t.false("constraints" in trialDetails(third));
    const cells = rowsOf(view.trials(), view.metricNames).map((row) => [
      row["feasible"],
      row["constraint0"],
      row["constraint1"],
    ]);
    t.deepEqual(cells, [
      [false, 0.25, -1],
      [true, 0, 0],
      [undefined, undefined, undefined],
    ]);
    await view.storage.close();
  }
});

test("a study whose trials are all infeasible says so where its best would be", async (t) => {
  const view = await viewOf(await tempFolder(t), "outline", 0.5);
  const lines = glanceLines(view, { columns: 100, unicode: true });
  t.is(
    painted(lines[0], false),
    "best     none: each of its 2 complete trials violates a constraint",
  );
  t.is(bestLines(view).join("\n"), '\nStudy "c" has no best trial: each of its 2 complete trials violates a constraint.'); // prettier-ignore
  await view.storage.close();

  const program = 'console.log(JSON.stringify({ constraints: [1] })); console.log(JSON.stringify({ value: 2 }))'; // prettier-ignore
  const study = {
    name: "none",
    space: { x: { type: "float", low: 0, high: 1 } },
    trials: 1,
    command: [process.execPath, "-e", program],
  };
  const { out } = hpo(folderWith({ "c.yaml": JSON.stringify(study) }), "study run c.yaml");
  t.regex(out, /^trial 0 {2}2 {2}infeasible {2}x=/m);
  t.regex(out, /^Trials: 1 complete \(1 infeasible\)$/m);
  t.regex(out, /^Study "none" has no best trial: its one complete trial violates a constraint\.$/m);
});
