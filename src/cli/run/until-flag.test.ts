import test from "ava";
import { folderWith } from "../fixtures/hpo.ts";
import { hpoHere } from "../fixtures/hpo-here.ts";
import { untilGiven } from "./until-flag.ts";

// A user would miss: a study that stops by the rule of the command line, and says later why it did.

const STUDY = `
export default {
  name: "flat", trials: 30,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
  ] },
  until: [() => "the file says so"],
  objective: () => 1,
};
`;

test("rules of the command line stand in place of the file's, and the reason is kept", async (t) => {
  const folder = folderWith({ "study.mjs": STUDY });
  const file = await hpoHere(folder, "study run study.mjs");
  t.regex(file.out, /Stopped: the file says so\./);
  const run = await hpoHere(
    folder,
    "study run study.mjs --until noImprovement=4 --until maxTrials=9",
  );
  t.is(run.code, 0, run.err);
  t.regex(run.out, /Stopped: 4 trials in a row brought no improvement\./);
  const shown = await hpoHere(folder, "study show flat");
  t.regex(shown.out, /^Stopped at 5 trials: 4 trials in a row brought no improvement\.$/m);
  const { stopped } = JSON.parse((await hpoHere(folder, "study show flat --json")).out) as {
    stopped: unknown;
  };
  t.deepEqual(stopped, { trials: 5, reason: "4 trials in a row brought no improvement" });
  for (const [rule, told] of [
    ["noImprovment=3", /there is no rule "noImprovment". Did you mean "noImprovement"/],
    ["noImprovement", /--until noImprovement is no rule. Write its name and a number/],
    ["timeBudget=-1", /timeBudget: seconds=-1/],
    ["targetValue=noise", /targetValue: target="noise" must be/],
    ["maxTrials=0x10", /--until maxTrials=0x10 is no rule/],
    ["maxTrials=5=7", /--until maxTrials=5=7 is no rule/],
    ["maxTrials=5 --until maxTrials=7", /maxTrials is given twice/],
  ] as const) {
    const wrong = await hpoHere(folder, `study run study.mjs --until ${rule}`);
    t.is(wrong.code, 2);
    t.regex(wrong.err, told);
  }
});

test("the regret bound alone is that of the noise", (t) => {
  t.deepEqual(untilGiven(["regretBound", "targetValue=-1e-3"]), {
    regretBound: "noise",
    targetValue: -0.001,
  });
  t.is(untilGiven(undefined), undefined);
});
