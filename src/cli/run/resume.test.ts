import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { tempFolder } from "../../testing/temp-folder.ts";
import { hpoHere as hpo } from "../fixtures/hpo-here.ts";
import { flagsText, keptFlags } from "./run-flags.ts";

// A user would miss: the seed and the strategy that a study was begun with.

const STUDY = `
export default {
  name: "flags", trials: 3,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
  ] },
  objective: (trial) => trial.params.x,
};
`;

interface Shown {
  readonly seed: number;
  readonly strategy: { readonly name: string };
  readonly trials: { readonly complete: number };
}

test.serial(
  "resume goes on with the flags of run; those that it is given go over them",
  async (t) => {
    const folder = await tempFolder(t);
    writeFileSync(join(folder, "flags.mjs"), STUDY);
    const shown = async (): Promise<Shown> =>
      JSON.parse((await hpo(folder, "study show flags --json")).out) as Shown;
    await hpo(
      folder,
      "study run flags.mjs --seed 5 --strategy random --trials 2 --trial-timeout 90s",
    );
    t.like(await shown(), { seed: 5, strategy: { name: "random" }, trials: { complete: 2 } });
    const resumed = await hpo(folder, "study resume flags --trials 4");
    t.regex(
      resumed.out,
      /^As it was run before: --seed 5 --strategy random --trial-timeout 90s\nStudy "flags": 4 trials/,
    );
    t.deepEqual(resumed.out.match(/Changed since.*/g), [
      "Changed since the study last ran: the total of trials was 2 and is now 4.",
    ]);
    t.like(await shown(), { seed: 5, strategy: { name: "random" }, trials: { complete: 4 } });
    const again = await hpo(folder, "study resume flags --seed 6 --trials 5");
    t.is(again.err, "");
    t.regex(again.out, /^As it was run before: --strategy random --trial-timeout 90s\n/);
    t.is((await shown()).seed, 6);
    const run = await hpo(folder, "study run flags.mjs --trials 6");
    t.notRegex(run.out, /As it was run before/, "run does what its own line and file say");
    t.is((await shown()).seed, 0);
  },
);

test.serial("--trials is the total that the strategy plans for, broken off or not", async (t) => {
  const folder = await tempFolder(t);
  writeFileSync(join(folder, "flags.mjs"), STUDY.replace("trials: 3", "trials: 500"));
  const whole = "study run flags.mjs --trials 9 --workers 1 --json";
  const paramsOf = async (name: string) => {
    const { out } = await hpo(folder, `study trials ${name} --json`);
    return (JSON.parse(out) as { params: unknown }[]).map(({ params }) => params);
  };
  const chosen = async () => {
    const { out } = await hpo(folder, "study show broken --json");
    return (JSON.parse(out) as { chosen: { reason: string } }).chosen.reason;
  };
  await hpo(folder, whole);
  await hpo(folder, `${whole} --name broken --until maxTrials=6`);
  t.regex(await chosen(), /^9 trials: /);
  await hpo(folder, `${whole} --name broken`);
  t.deepEqual(await paramsOf("broken"), await paramsOf("flags"));
  const more = await hpo(folder, "study resume broken --trials 11 --json");
  t.is(more.code, 0, more.err);
  t.regex(await chosen(), /^11 trials: /);
  t.regex((await hpo(folder, "study replay broken")).out, /^The same as before: 11 suggestions/);
});

test.serial("a run that starts nothing, as its total is there, says what to give", async (t) => {
  const folder = await tempFolder(t);
  writeFileSync(join(folder, "flags.mjs"), STUDY);
  const first = await hpo(folder, "study run flags.mjs");
  t.notRegex(first.out, /No trial is started/);
  await hpo(folder, "study enqueue flags x=0.5");
  const { out } = await hpo(folder, "study run flags.mjs --trials 2");
  t.regex(out, /^No trial is started: --trials 2 is the study's total, and 3 are there, and 1 queued\. For 2 more give --trials 5\.$/m); // prettier-ignore
  const json = await hpo(folder, "study run flags.mjs --json");
  t.regex(json.err, /No trial is started: trials 3 is the study's total/);
});

test("flags are typed as they are given, and what is stored otherwise is no flag", (t) => {
  const flags = { seed: 0, memoryLimit: "4 GiB", silence: 500, shareDevices: true } as const;
  t.is(flagsText(flags), "--seed 0 --silence 0.5s --memory-limit '4 GiB' --share-devices");
  t.is(flagsText({ until: ["a=1", "b=2"] }), "--until a=1 --until b=2");
  t.deepEqual(keptFlags({ seed: "5", trials: 9, storage: "memory:", json: true }), { trials: 9 });
  t.deepEqual(keptFlags(undefined), {});
});

test.serial("a grid that is at its end is not told to go on", async (t) => {
  const folder = await tempFolder(t);
  writeFileSync(
    join(folder, "grid.mjs"),
    STUDY.replace("trials: 3", 'strategy: "grid"').replace(
      '"float", low: 0',
      '"int", step: 1, low: 0',
    ),
  );
  const some = await hpo(folder, "study run grid.mjs --trials 1");
  t.regex(some.out, /^Go on: /m, some.err);
  const all = await hpo(folder, "study run grid.mjs");
  t.regex(all.out, /Stopped: nothing is left to suggest\..*^Look: /ms, all.err);
  t.notRegex(all.out, /Go on/);
});
