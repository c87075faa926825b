import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { openStorage } from "../storage/open-storage.ts";
import { folderWith, hpo } from "./fixtures/hpo.ts";
import { hpoHere } from "./fixtures/hpo-here.ts";

// A user would miss: a strategy and a pruner of their own beside a study file, gone on with as such.

const MINE = `
  interface Options { readonly at?: number }
  export function mine({ at = 0.25 }: Options = {}) {
    return {
      name: "mine",
      options: { at },
      init: () => 0,
      observe: (count: number) => count + 1,
      suggest: (count: number, { rng }: { rng: { integer(low: number, high: number): number } }) =>
        ({ kind: "params", params: { x: at + count / 100 + rng.integer(0, 9) / 1000 } }),
    };
  }
  export const impatient = {
    name: "impatient",
    init: () => undefined,
    observe: () => undefined,
    shouldPrune: (_: unknown, { trial }: { trial: { number: number } }) => trial.number === 1,
  };`;

const yaml = (more: string): string => `
name: own
space:
  x: { type: float, low: 0, high: 1 }
command:
  - sh
  - -c
  - echo '{"step":1,"value":{x}}'; test "$HPO_TRIAL_NUMBER" != 1 || exec sleep 60; echo '{"value":{x}}'
trials: 3
graceSeconds: 2
${more}`;

const inYaml = yaml("strategy: { file: ../mine.ts, export: mine, at: 0.5 }\npruner: impatient\n");

/** The xs of a study's trials, and how these ended. */
async function trialsOf(folder: string): Promise<{ xs: number[]; states: string[] }> {
  const { out } = await hpoHere(folder, "study trials own --json");
  const trials = JSON.parse(out) as { params: { x: number }; state: string }[];
  return { xs: trials.map(({ params }) => params.x), states: trials.map(({ state }) => state) };
}

test.serial(
  "a study file names a strategy and a pruner in a file beside it, and goes on with them",
  async (t) => {
    const folder = folderWith({
      "mine.ts": MINE,
      "study.yaml": inYaml
        .replace("../mine.ts", "./mine.ts")
        .replace("pruner: impatient", "pruner: { file: ./mine.ts, export: impatient }"),
    });
    const ran = await hpoHere(folder, "study run study.yaml");
    t.is(ran.code, 0, ran.err);
    const { xs, states } = await trialsOf(folder);
    t.deepEqual(states, ["complete", "pruned", "complete"]);
    t.true(xs.every((x, index) => x >= 0.5 + index / 100 && x < 0.51 + index / 100));

    // Its name, options and file are kept, and nothing of its code.
    const storage = await openStorage(`sqlite:${join(folder, "hpo.db")}`);
    const kept = JSON.stringify((await storage.findStudy("own"))?.systemAttrs);
    await storage.close();
    const file = JSON.stringify(`${join(folder, "mine.ts")}#mine`);
    t.true(kept.includes(`"strategy":{"name":"mine","options":{"at":0.5},"file":${file}}`), kept);
    t.true(kept.includes('"pruner":{"name":"impatient","file":'), kept);
    t.false(kept.includes("integer"));
    t.regex((await hpoHere(folder, "study show own")).out, /by mine of .*mine\.ts#mine, seed 0/);

    // By name alone it is told how to give it, and nothing is started.
    for (const words of ["study ask own --trials 9", "study replay own"]) {
      const { code, err } = await hpoHere(folder, words);
      t.is(code, 1);
      t.regex(err, /strategy "mine", of .*mine\.ts#mine, .*Give it: --strategy FILE#EXPORT/, words);
    }
    t.is((await hpoHere(folder, "study enqueue own x=0.9")).code, 0);
    // The file gives the code, the study the options.
    t.regex(
      (await hpoHere(folder, "study replay own --strategy ./mine.ts#mine")).out,
      /The same as before: 3 suggestions\./,
    );
    const newer = 'name: "mine", revision: 2, changes: ["it looks further"],';
    writeFileSync(join(folder, "newer.ts"), MINE.replace('name: "mine",', newer));
    t.regex(
      (await hpoHere(folder, "study replay own --strategy ./newer.ts#mine")).err,
      /^Note: the strategy mine was at revision 1 and is at revision 2 here: it looks further\.$/m,
    );
    t.is((await hpoHere(folder, "study resume own --trials 5")).code, 0);
    const after = (await trialsOf(folder)).xs;
    t.is(after[3], 0.9);
    t.true(after[4] >= 0.53 && after[4] < 0.55);

    renameSync(join(folder, "mine.ts"), join(folder, "moved.ts"));
    t.regex(
      (await hpoHere(folder, "study resume own --trials 6")).err,
      /study\.yaml:\d+:\d+: strategy: There is no file .*mine\.ts/,
    );
    const asked = await hpoHere(folder, "study ask own --trials 9 --json --strategy moved.ts#mine");
    t.regex(asked.out, /"x": 0\.5[45]/, asked.err);
  },
);

test.serial("flags name them too, and belong to the study", async (t) => {
  const folder = folderWith({ "mine.ts": MINE, "study.yaml": yaml("strategy: random") });
  const flags = "--strategy mine.ts#mine --pruner ./mine.ts#impatient --seed 3";
  t.is((await hpoHere(folder, `study run study.yaml ${flags}`)).code, 0);
  const { xs, states } = await trialsOf(folder);
  t.deepEqual(states, ["complete", "pruned", "complete"]);
  t.true(xs.every((x, index) => x >= 0.25 + index / 100 && x < 0.26 + index / 100));
  const resumed = await hpoHere(folder, "study resume own --trials 4");
  t.is(resumed.code, 0, resumed.err);
  t.notRegex(resumed.err + resumed.out, /Changed since.*(?:strategy|pruner|seed)/);
  t.true((await trialsOf(folder)).xs[3] >= 0.28);

  renameSync(join(folder, "mine.ts"), join(folder, "moved.ts"));
  t.regex(
    (await hpoHere(folder, "study resume own --trials 5")).err,
    /strategy "mine", of .*mine\.ts#mine, .*no such file\. Give it: --strategy FILE#EXPORT/,
  );
  const parts = "--strategy moved.ts#mine --pruner moved.ts#impatient";
  t.is((await hpoHere(folder, `study resume own --trials 5 ${parts}`)).code, 0);
  t.is(
    (await hpoHere(folder, "study resume own --trials 6")).code,
    0,
    "where it is now is remembered",
  );

  const map = ["--strategy", "{ file: ./moved.ts, export: mine, at: 0.5 }"];
  t.is((await hpoHere(folder, ["study", "resume", "own", "--trials", "7", ...map])).code, 0);
  t.true((await trialsOf(folder)).xs[6] >= 0.5);
  const remembered = await hpoHere(folder, "study resume own --trials 8");
  t.regex(
    remembered.out,
    /As it was run before: .*--strategy '\{"file":.*moved\.ts",.*"at":0\.5\}'/,
  );
  t.true((await trialsOf(folder)).xs[7] >= 0.5);

  const wrong = await hpoHere(folder, "study run study.yaml --pruner medain");
  t.is(wrong.code, 2);
  t.regex(wrong.err, /There is no pruner "medain"\. Did you mean "median"/);
});

test.serial("looking at a study runs no file that stands in its database", async (t) => {
  const folder = folderWith({
    "mine.ts": MINE,
    "study.yaml": yaml("strategy: { file: ./mine.ts, export: mine }"),
  });
  // In a process of its own, so that nothing of the file is known here.
  t.is(hpo(folder, "study run study.yaml --pruner mine.ts#impatient").code, 0);
  const marker = join(folder, "ran");
  const trap = `require("fs").writeFileSync(${JSON.stringify(marker)}, "");`;
  const traps = folderWith({ "mine.ts": trap, "study.yaml": "" });
  for (const name of ["mine.ts", "study.yaml"]) {
    renameSync(join(traps, name), join(folder, name));
  }
  const looks = ["list", "show own", "best own", "trials own", "export own --format json"];
  const writes = ["enqueue own x=0.5", "ask own", "replay own", "copy own two", "exclude own 0"];
  for (const words of [...looks, "show own 0", "importance own", "logs own", ...writes]) {
    await hpoHere(folder, `study ${words}`);
    t.false(existsSync(marker), words);
  }
  await hpoHere(folder, "study ask own --trials 9 --strategy mine.ts#mine");
  t.true(existsSync(marker), "the trap works");
});
