import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { createStudy, float, int, openStorage, searchSpace } from "../../index.ts";
import { UsageError } from "../usage-error.ts";
import { scaleRequest, type ScaleCommandOptions } from "./scale-request.ts";
import { recommend, recommendationJson, recommendationText } from "./scale.ts";

const folder = mkdtempSync(join(tmpdir(), "hpo-scale-"));
const storage = `sqlite:${join(folder, "hpo.db")}`;
const request = (options: Partial<ScaleCommandOptions>) =>
  scaleRequest({ storage, optimizer: "adam", ...options });
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Runs with the optimum at 1e-3·√(B/64), losses rising on both sides of it. */
const runs = [16, 64, 256, 1024].flatMap((batchSize) =>
  [-3, -2, -1, 0, 1, 2, 3].map((k) => {
    const lr = 1e-3 * 2 ** k;
    const gap = Math.log(lr / (1e-3 * Math.sqrt(batchSize / 64)));
    return { lr, batchSize, value: 2 + 0.1 * gap * gap };
  }),
);
const table = (sign: number): string =>
  ["value,batch_size,lr", ...runs.map((r) => `${sign * r.value},${r.batchSize},${r.lr}`)].join(
    "\n",
  );

test("a table of runs gives a learning rate, its interval, the laws by BIC and the rules", async (t) => {
  const fromCsv = file("runs.csv", table(1));
  const answer = await recommend(request({ batch: 512, fromCsv, budget: "samples" }));
  const json = recommendationJson(answer);
  t.deepEqual(Object.keys(json), [
    "batchSize",
    "size",
    "learningRate",
    "interval",
    "beside",
    "law",
    "reason",
    "laws",
    "rules",
    "notes",
  ]);
  const truth = 1e-3 * Math.sqrt(8);
  t.true(Math.abs(Math.log(json.learningRate / truth)) < 0.25, `${json.learningRate}`);
  t.true(json.interval[0] < truth && truth < json.interval[1]);
  t.true(json.interval[1] / json.interval[0] < 4);
  const bics = json.laws.map(({ bic }) => bic);
  t.deepEqual(
    bics,
    [...bics].sort((a, b) => a - b),
  );
  t.deepEqual(new Set(json.laws.map(({ law }) => law.kind)).size, 4);
  const { linear, squareRoot, constant } = json.rules;
  t.true(Math.abs(squareRoot / Math.sqrt(linear * constant) - 1) < 1e-12);
  const text = recommendationText(answer);
  for (const part of [/90 % interval/, /Least BIC/, /linear rule/, /constant rule/, /surge/]) {
    t.regex(text, part);
  }
});

test("the same runs with values to maximise give the same answer", async (t) => {
  const options = { batch: 512, fromCsv: file("up.csv", table(-1)) };
  const up = await recommend(request({ ...options, direction: "maximize" }));
  const down = await recommend(request({ batch: 512, fromCsv: file("down.csv", table(1)) }));
  t.is(up.learningRate, down.learningRate);
});

test("a table whose metric sounds as if more were better needs to say so", (t) => {
  const options = { batch: 512, fromCsv: "up.csv", metric: "val_accuracy" };
  t.throws(() => request(options), { message: /val_accuracy sounds .* --direction maximize, or/ });
  for (const direction of ["minimize", "maximize"] as const) {
    t.like(request({ ...options, direction }), { source: { direction } });
  }
});

test("a stored study gives what its table gives, diverged trials noted", async (t) => {
  const opened = await openStorage(storage);
  const space = searchSpace({ lr: float(1e-5, 1, { log: true }), batchSize: int(1, 4096) });
  const study = await createStudy({ name: "sweep", space }, { storage: opened });
  await study.addTrials([
    ...runs.map(({ lr, batchSize, value }) => ({ params: { lr, batchSize }, result: value })),
    {
      params: { lr: 0.9, batchSize: 64 },
      state: "failed" as const,
      failure: { reason: "diverged" as const, message: "NaN" },
    },
  ]);
  await opened.close();
  const answer = await recommend(request({ batch: 512, fromStudy: "sweep" }));
  const table_ = await recommend(request({ batch: 512, fromCsv: file("same.csv", table(1)) }));
  t.true(Math.abs(Math.log(answer.learningRate / table_.learningRate)) < 1e-9);
  t.true(answer.notes.some((note) => note.includes("1 diverged trial")));
  await t.throwsAsync(recommend(request({ batch: 512, fromStudy: "swep" })), {
    message: /no study "swep"\. Did you mean "sweep"\?/,
  });
});

test("without trials: the noise scale moves the known learning rate", async (t) => {
  const answer = await recommend(
    request({ batch: 2048, lr: 3e-4, fromBatch: 256, noiseScale: 1200 }),
  );
  const expected = 3e-4 * Math.sqrt((1 + 1200 / 256) / (1 + 1200 / 2048));
  t.true(Math.abs(answer.learningRate / expected - 1) < 1e-12);
  t.like(recommendationJson(answer), {
    law: { kind: "noiseScaleRatio" },
    laws: [],
    rules: { linear: 2.4e-3, constant: 3e-4 },
  });
  t.regex(recommendationText(answer), /noise scale, \(1 \+ 1200\/B\)/);
});

test("one trial is no sweep: the error shows the command that takes it", async (t) => {
  const one = file("one.csv", "lr,batch_size,value\n0.001,64,0.5\n0.1,64,nan\n");
  await t.throwsAsync(recommend(request({ batch: 512, fromCsv: one })), {
    message: /1 finished trial .* 1 that diverged.*--lr 0\.001 --from-batch 64 --batch 512/,
  });
  await t.throwsAsync(recommend(request({ batch: 512, fromCsv: join(folder, "none.csv") })), {
    message: /There is no file .*none\.csv/,
  });
  await t.throwsAsync(recommend(request({ batch: 512, fromCsv: folder })), {
    message: /can't be read.*--from-csv/,
  });
});

test("values beyond all reason are those of diverged runs, and errors stay readable", async (t) => {
  const runs = ["1e-30,64,.5", "2e-3,64,.4", "1e30,64,.6", "1e-3,128,.6", "2e-3,128,1e308"];
  const text = ["lr,batch,value", ...runs, "4e-3,128,-1e308", "8e-3,128,.5"].join("\n");
  const fromCsv = file("odd.csv", text);
  const answer = await recommend(request({ batch: 256, fromCsv }));
  t.true(answer.notes.includes("Taken as diverged: 2 trials with a value beyond ±1e+100."));
  const shown = recommendationText(answer);
  t.notRegex(shown, /Infinity|NaN|\d{17}/);
  t.regex(shown, /over ×÷1000/);
});

test("options that are missing or do not go together are named", (t) => {
  const cases: readonly (readonly [Partial<ScaleCommandOptions>, RegExp])[] = [
    [{ fromStudy: "a" }, /--batch is missing/],
    [{ batch: 8 }, /one of --from-study.*none of them/],
    [{ batch: 8, fromStudy: "a", lr: 1 }, /got --from-study and --lr/],
    [{ batch: 8, lr: 0.5 }, /--lr 0\.5 needs .*--from-batch/],
    [{ batch: 8, fromStudy: "a", noiseScale: 9 }, /--noise-scale 9 says nothing with --from-study/],
    [{ batch: 8, fromStudy: "a", direction: "maximize" }, /the study knows its own/],
    [{ batch: 8, lr: 1, fromBatch: 2, lrParam: "x" }, /--lr-param x says nothing with --lr/],
    [{ batch: 8, lr: 1, fromWidth: 9 }, /--from-width 9 says nothing without --to-width/],
    [{ batch: 8, lr: 1, parametrization: "mup" }, /--parametrization mup says nothing without/],
    [{ toSamples: 9, budget: "steps", lr: 1 }, /--budget steps contradicts --to-samples 9/],
    [
      { toWidth: 9, lr: 1, widthParam: "w", fromBatch: 2 },
      /--width-param w says nothing with --lr/,
    ],
  ];
  for (const [options, message] of cases) {
    t.throws(() => request(options), { instanceOf: UsageError, message });
  }
});

test("a table that says each run's width carries the rate to a wider network, at the best batch", async (t) => {
  const lines = [64, 128, 256].flatMap((hidden) =>
    [-3, -2, -1, 0, 1, 2, 3].map((k) => {
      const gap = k * Math.LN2 + 0.9 * Math.log(hidden / 64);
      return `${1e-3 * 2 ** k},32,${hidden},${2 - 0.001 * hidden + 0.1 * gap * gap}`;
    }),
  );
  const fromCsv = file("widths.csv", ["lr,batch,hidden,value", ...lines].join("\n"));
  const answer = await recommend(request({ fromCsv, toWidth: 512 }));
  t.is(answer.batchSize, 32);
  t.deepEqual(answer.size, { width: 512 });
  t.true(Math.abs(Math.log(answer.learningRate / (1e-3 * 8 ** -0.9))) < 0.3);
  t.true(answer.notes.some((note) => note.startsWith("Over width, by belief and trials")));
  const unknown = recommend(request({ fromCsv, toDepth: 8 }));
  await t.throwsAsync(unknown, { message: /^to\.depth asks for another depth/ });
});

test("the command itself: JSON on stdout, wrong usage 2, wrong input 1", (t) => {
  const main = fileURLToPath(new URL("../main.js", import.meta.url));
  const hpo = (...words: string[]) =>
    spawnSync(process.execPath, [main, "scale", ...words], { cwd: folder, encoding: "utf8" });
  const well = hpo("--from-csv", file("cli.csv", table(1)), "--batch", "512", "--json");
  t.is(well.status, 0, well.stderr);
  t.like(JSON.parse(well.stdout), { batchSize: 512 });
  const missing = hpo("--batch", "512");
  t.is(missing.status, 2);
  t.regex(missing.stderr, /Give one of --from-study/);
  const zero = hpo("--lr", "1e-3", "--from-batch", "64", "--batch", "0");
  t.is(zero.status, 2);
  t.regex(zero.stderr, /--batch <size>.*'0' is invalid\. It must be a number ≥ 1 and ≤ 1e15/);
  const absurd = hpo("--lr", "1e31", "--from-batch", "64", "--batch", "8");
  t.regex(absurd.stderr, /--lr <rate>.*It must be a number ≥ 1e-30 and ≤ 1e30/);
  const unknown = hpo("--from-csv", "no.csv", "--batch", "8");
  t.is(unknown.status, 1);
  t.regex(unknown.stderr, /^hpo: There is no file no\.csv/);
});
