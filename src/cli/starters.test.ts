import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { hpoHere as hpo } from "./fixtures/hpo-here.ts";
import { newFolder, folderWithBowl } from "./fixtures/bowl-study.ts";

test.serial("the starters run, in TypeScript and as a Python command", async (t) => {
  const folder = newFolder();
  t.is((await hpo(folder, "init ts")).code, 0);
  t.regex((await hpo(folder, "init ts")).err, /study\.ts exists already\. Pass --force/);
  t.is((await hpo(folder, "init python")).code, 0);
  const ran = await hpo(folder, "study run study.yaml --trials 3");
  t.is(ran.code, 0, ran.err);
  t.regex(ran.out, /Best: trial \d/);
  t.regex(readFileSync(join(folder, "study.ts"), "utf8"), /from "hpo"/);
});

test.serial("a study file that is written from a stored study goes on with it", async (t) => {
  const folder = await folderWithBowl();
  const wrote = await hpo(folder, "init --from-study bowl");
  t.is(wrote.code, 0, wrote.err);
  t.regex(wrote.out, /Wrote study\.yaml\n.*study check study\.yaml/);
  const checked = await hpo(folder, "study check study.yaml --no-run");
  t.regex(checked.out, /Study "bowl": minimize, 2 parameters, 56 trials/);
  t.regex((await hpo(folder, "init --from no.yaml")).err, /There is no file no\.yaml\. Give a W&B/);
  t.regex((await hpo(folder, "init --from-study bowl")).err, /study\.yaml exists already/);
  t.is((await hpo(folder, "init")).code, 2);
  const beside = await hpo(folder, "init --from-study bowl -o other.yaml");
  t.regex(beside.out, /^Wrote other\.yaml\n.*study check other\.yaml/);
  t.regex(readFileSync(join(folder, "other.yaml"), "utf8"), /^name: bowl$/m);
  t.regex((await hpo(folder, "init ts -o a.ts")).err, /--out goes with --from and --from-study/);
});
