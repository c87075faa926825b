import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { pruners } from "../pruners/index.ts";
import { loadStudyYaml } from "./study-yaml.ts";

/** The pruner of a study file that says so. */
function prunerOf(yaml: string): string | undefined {
  const path = join(mkdtempSync(join(tmpdir(), "hpo-yaml-")), "study.yaml");
  const space = "space:\n  x: { type: float, low: 0, high: 1 }\n";
  writeFileSync(path, `name: a\ncommand: "true"\n${space}pruner: ${yaml}\n`);
  return loadStudyYaml(path).definition.pruner?.name;
}

test("every pruner is known by its name", (t) => {
  const needed: Readonly<Record<string, string>> = {
    threshold: "upper: 1",
    patient: "patience: 2",
  };
  for (const name of Object.keys(pruners)) {
    t.is(prunerOf(`{ name: ${name}, ${needed[name] ?? ""} }`), name);
  }
  t.is(prunerOf("median"), "median");
  t.is(prunerOf("{ name: percentile, percentile: 40, startupTrials: 3 }"), "percentile");
  t.is(prunerOf("{ name: patient, patience: 2, pruner: { name: hyperband } }"), "patient");
});

test("what is wrong with a pruner is told", (t) => {
  const told = (yaml: string): string => t.throws(() => prunerOf(yaml)).message;
  t.regex(told("hyperbend"), /no "hyperbend". Did you mean "hyperband"\?/);
  t.regex(told("{ name: median, startup: 3 }"), /median: there is no option "startup"/);
  t.regex(told("{ name: percentile, percentile: many }"), /percentile\(many\)/);
  t.regex(told("{ name: patient, patience: 2, pruner: mediam }"), /Did you mean "median"/);
  t.regex(told("{ name: patient, patience: 2, pruner: 3 }"), /"pruner" of patient is a name/);
  t.regex(told("{ name: median, pruner: median }"), /median: there is no option "pruner"/);
  t.regex(told("threshold"), /threshold: there is no bound/);
});
