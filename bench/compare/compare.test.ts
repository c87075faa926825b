import test from "ava";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const main = fileURLToPath(new URL("../main.js", import.meta.url));
const bench = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

const resultsSchema = z.array(
  z.strictObject({
    suite: z.string(),
    task: z.string(),
    strategy: z.string(),
    seed: z.number().int(),
    regret: z.array(z.number().nonnegative()),
    suggestMs: z.array(z.number().nonnegative()),
    failed: z.number().int(),
  }),
);

test("compare: tables on stdout, progress on stderr, JSON and a page in files", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hpo-compare-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const run = (name: string) => {
    const flags = "compare --suites analytic,diverging --tasks branin,lr-edge --strategies random";
    const [json, page] = [join(folder, `${name}.json`), join(folder, `${name}.html`)];
    const more = ["--trials", "6", "--seeds", "0,2", "--workers", "2", "--json", json];
    const { status, stdout, stderr } = bench(...flags.split(" "), ...more, "--report", page);
    t.is(status, 0, stderr);
    const results = resultsSchema.parse(JSON.parse(readFileSync(json, "utf8")));
    return { stdout, stderr, results, page: readFileSync(page, "utf8") };
  };
  const { stdout, stderr, results, page } = run("first");
  t.deepEqual(
    results.map(({ task, seed }) => [task, seed]),
    [
      ["branin", 0],
      ["branin", 2],
      ["lr-edge", 0],
      ["lr-edge", 2],
    ],
  );
  t.true(results.every(({ regret, suggestMs }) => regret.length === 6 && suggestMs.length === 6));
  t.regex(stdout, /analytic: mean log10 regret \(1 task × 2 seeds, 6 trials\)/);
  t.regex(stdout, /diverging: cost/);
  t.regex(stderr, /8\/8 runs/);
  t.is(page.match(/<svg /g)?.length, 2);
  const strip = (of: typeof results) => of.map(({ suggestMs: _, ...rest }) => rest);
  t.deepEqual(strip(run("second").results), strip(results), "the same numbers again");
});

test("wrong flags: exit code 1 and a line that names the flag, the value and the remedy", (t) => {
  const cases: [string, RegExp][] = [
    ["--strategies rndom", /--strategies rndom: "rndom" is unknown\. Did you mean "random"\?/],
    ["--suites analitic", /--suites analitic: .*Did you mean "analytic"\?/],
    ["--peers optuna:rando", /--peers optuna:rando: .*Did you mean "optuna:random"\?/],
    ["--seeds 9-0", /--seeds 9-0: .*Give a count/],
    ["--trials none", /--trials="none" must be an integer/],
    ["--tasks nothing*", /--tasks nothing\* picks nothing\. The tasks are branin/],
    ["--strategies grid --tasks levy8", /SKIPPED grid: analytic levy8: grid: .*nothing is left/s],
    ["--suites taskset", /--suites taskset needs published data, and --data is not given/],
    [
      "--trials 1 --seeds 1 --tasks branin --strategies random --json /nowhere/x",
      /--json \/nowhere\/x/,
    ],
  ];
  for (const [flags, message] of cases) {
    const { status, stderr } = bench("compare", ...flags.split(" "));
    t.is(status, 1, flags);
    t.regex(stderr, message);
    t.notRegex(stderr, /\n\s+at /, "no stack trace");
  }
});
