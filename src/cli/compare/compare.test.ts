import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { random } from "../../../strategies/index.ts";
import { createStudy, float, searchSpace } from "../../index.ts";
import { hpoHere } from "../fixtures/hpo-here.ts";
import type { StudyComparison } from "./compare-studies.ts";

const folder = mkdtempSync(join(tmpdir(), "hpo-compare-"));
const storage = `sqlite:${join(folder, "hpo.db")}`;
const space = searchSpace({ x: float(0, 1) });

test.before(async () => {
  const open = (name: string, direction: "minimize" | "maximize" = "minimize") =>
    createStudy({ name, space, direction, strategy: random() }, { storage });
  const add = async (name: string, results: readonly number[], direction?: "maximize") => {
    const study = await open(name, direction);
    await study.addTrials(results.map((result) => ({ params: { x: 0.5 }, result })));
    await study.storage.close();
  };
  await add("a", [5, 4, 6, 7]);
  await add("b", [3, 1, 2, 2.5]);
  await add("none", []);
  await add("a\nb", []);
  await add("up", [1, 2], "maximize");
  await add("up too", [3, 4, 5], "maximize");
});

const compared = async (...words: string[]) => {
  const { out } = await hpoHere(folder, ["study", "compare", ...words, "--json"]);
  return JSON.parse(out) as StudyComparison;
};

test.serial("the best, the trials to a value and the test against the first study", async (t) => {
  const { target, studies } = await compared("a", "b", "none");
  t.is(target, 4);
  t.deepEqual(
    studies.map(({ best, trialsToTarget }) => [best?.value, best?.trial, trialsToTarget]),
    [
      [4, 1, 2],
      [1, 1, 1],
      [undefined, undefined, null],
    ],
  );
  // All of b's four are below all of a's: 2 of the 70 orders are as extreme.
  t.is(studies[1].againstFirst?.better, 1);
  t.true(Math.abs(studies[1].againstFirst!.p - 2 / 70) < 1e-12);
  t.is(studies[2].againstFirst, null);
  t.is((await compared("a", "b", "--to", "2")).studies[1].trialsToTarget, 2);
  const up = await compared("up", "up too");
  t.deepEqual([up.target, up.studies[1].againstFirst?.better], [2, 1]);
});

test.serial("it prints a table, and says what can't be compared", async (t) => {
  const { out } = await hpoHere(folder, "study compare a b");
  t.regex(out, /^study +trials +best +trials to 4 +better +p$/m);
  t.regex(out, /^b +4 +1 \(trial 1\) +1 +100 % +0\.029$/m);
  t.regex((await hpoHere(folder, "study compare a")).err, /two studies or more/);
  t.regex((await hpoHere(folder, "study compare a up")).err, /"a" wants to minimize and "up" to/);
  t.regex(
    (await hpoHere(folder, "study compare a missing")).err,
    /no study "missing"\. There are .*"a\\nb"/,
  );
  t.regex((await hpoHere(folder, "study compare a b a")).err, /"a" is named twice\. Name each/);
  t.regex(
    (await hpoHere(folder, "study compare a b --to x")).err,
    /--to="x" must be a finite number/,
  );
});
