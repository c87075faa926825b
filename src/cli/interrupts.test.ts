import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { hpoHere as hpo } from "./fixtures/hpo-here.ts";
import { main, newFolder, STUDY, folderWithBowl } from "./fixtures/bowl-study.ts";

test.serial("a reader that goes away ends what only tells, and no run", async (t) => {
  const folder = await folderWithBowl();
  const hpoWords = `"${process.execPath}" "${main}" study`;
  const script = `
    { sleep 0.1; ${hpoWords} trials bowl; echo "$?" > told; } | true
    { sleep 0.1; ${hpoWords} run bowl.mjs --trials 8; echo "$?" > ran; } | true
    { sleep 0.1; ${hpoWords} run bowl.mjs --trials 9 2>&1; echo "$?" > both; } | true`;
  const { stderr } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" });
  for (const file of ["told", "ran", "both"]) {
    t.is(readFileSync(join(folder, file), "utf8"), "0\n", file);
  }
  t.is(
    stderr,
    "hpo: stdout takes no more (its reader closed it): the command goes on without it.\n",
  );
  const { out } = await hpo(folder, "study list --json");
  t.like(JSON.parse(out), [{ trials: { complete: 9, running: 0 } }]);
});

test.serial("Ctrl-C once finishes what runs; the study goes on later", async (t) => {
  const folder = newFolder();
  const slow = STUDY.replace("trials: 6", "trials: 200").replace(
    "objective: (trial) => {",
    "objective: async (trial) => { await new Promise((r) => setTimeout(r, 30));",
  );
  writeFileSync(join(folder, "slow.mjs"), slow);
  const child = spawn(process.execPath, [main, "study", "run", "slow.mjs"], { cwd: folder });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (!out.includes("trial ") && text.includes("trial ")) child.kill("SIGINT");
    out += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  t.is(code, 130);
  t.regex(out, /Finishing \d running/);
  t.regex(out, /Go on: {2}npx hpo study resume bowl --trials 200\n/, "the study's total");
  const trials = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as {
    state: string;
  }[];
  t.true(trials.length < 200);
  t.true(trials.every(({ state }) => state === "complete"));
});

test.serial("Ctrl-C twice stops now; what ran is started again as it was", async (t) => {
  const folder = newFolder();
  const stuck = STUDY.replace(
    "objective: (trial) => {",
    "objective: async (trial) => { if (trial.number > 1 && !process.env.GO) await new Promise((r) => setTimeout(r, 1e6));",
  );
  writeFileSync(join(folder, "stuck.mjs"), stuck);
  const child = spawn(process.execPath, [main, "study", "run", "stuck.mjs"], { cwd: folder });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const before = out;
    out += text;
    const ended = (of: string): number => of.match(/^trial \d+ {2}/gm)?.length ?? 0;
    if (ended(before) < 2 && ended(out) >= 2) child.kill("SIGINT");
    // Two that come at once are one.
    if (!before.includes("Finishing") && out.includes("Finishing")) {
      setTimeout(() => child.kill("SIGINT"), 300);
    }
  });
  t.is(await new Promise((resolve) => child.on("close", resolve)), 130);
  t.regex(out, /Stopping now/);
  t.regex(
    out,
    /\nTrials: 2 complete, \d interrupted\nInterrupted: trials? [\d, ]+, which starts? again/,
  );
  const running = JSON.parse(
    (await hpo(folder, "study trials bowl --state running --json")).out,
  ) as {
    params: object;
  }[];
  t.true(running.length >= 1);
  t.regex((await hpo(folder, "study trials bowl")).out, /^2 +interrupted/m);
  const [listed] = JSON.parse((await hpo(folder, "study list --json")).out) as object[];
  t.like(listed, { interrupted: running.length });
  process.env["GO"] = "1";
  const resumed = await hpo(folder, "study resume bowl");
  delete process.env["GO"];
  t.is(resumed.code, 0, resumed.err);
  t.regex(resumed.out, /Trials: 6 complete/);
  const after = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as {
    params: object;
  }[];
  t.deepEqual(after[2].params, running[0].params);
});

test.serial("three runs at once share one study and lose nothing", async (t) => {
  const folder = newFolder();
  writeFileSync(join(folder, "bowl.mjs"), STUDY.replace("trials: 6", "trials: 60"));
  const run = (): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [main, "study", "run", "bowl.mjs", "--quiet"], {
        cwd: folder,
      });
      let err = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
      // What another run has finished, and ended, is not left over.
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (text.includes("nterrupted")) err += text;
      });
      child.on("close", (code) => resolve(`${code} ${err}`));
    });
  t.deepEqual(await Promise.all([run(), run(), run()]), ["0 ", "0 ", "0 "]);
  const trials = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as {
    number: number;
  }[];
  t.deepEqual(
    trials.map(({ number }) => number),
    Array.from({ length: trials.length }, (_, index) => index),
  );
  t.true(trials.length >= 60 && trials.length <= 66, `${trials.length} trials`);
  t.regex((await hpo(folder, "study replay bowl")).out, /The same as before: \d+ suggestions\./);
});
