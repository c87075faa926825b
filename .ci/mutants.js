// Tests the tests: breaks the compiled code in one place at a time and runs the tests that run that
// place, one of which should fail. npm run test:mutants -- [--count 200] [--seed 1] [--folders src/study,strategies]
// Kept in .bench/mutants, for all seeds: which tests run what, so that changed ones alone are recorded again;
// and each result as it comes, so that an interrupted run goes on, and that what survived is judged again by
// tests that have changed. Exits with 1 below 85 % caught.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRng } from "../dist/src/numerics/rng.js";
import { defaultTests, recordCoverage, testsOf } from "./mutants/coverage.js";
import { openSandbox } from "./mutants/sandbox.js";
import { sitesOf } from "./mutants/sites.js";

const FOLDERS =
  "src/space,src/storage,src/study,src/pruners,src/runner,src/importance,src/theory,src/acquisition,strategies";
const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    folders: { type: "string", default: FOLDERS },
    least: { type: "string", default: "0.85" },
  },
});
const whole = (name) => {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value >= 1) return value;
  console.error(
    `--${name} must be an integer ≥ 1, got ${options[name]}. Give it one: --${name} 20`,
  );
  process.exit(2);
};
const count = whole("count");
const seed = whole("seed");

/** Places that a test of tests once found unguarded. */
const ALWAYS = [
  ["src/storage/sql/sqlite/open-database.js", "PRAGMA synchronous = ${synchronous};", ""],
  ["src/storage/sql/trial-row-writer.js", "...(clearReports ?", "...(false ?"],
];

const isCode = (file) =>
  file.endsWith(".js") && !/\.(test|bundle)\.js$|\/(testing|fixtures)\//.test(file);
const folders = options.folders.split(",");
const files = folders.flatMap((folder) => {
  const root = join("dist", folder);
  if (!existsSync(root)) {
    console.error(
      `There is no folder ${root}. Build first, and name folders of sources: --folders src/study`,
    );
    process.exit(2);
  }
  return readdirSync(root, { recursive: true })
    .map((file) => join(folder, file))
    .filter(isCode);
});

/** `count` sites: each file as likely as its number of sites. */
function drawn() {
  const all = files
    .sort()
    .flatMap((file) => sitesOf(file, readFileSync(join("dist", file), "utf8")));
  const order = createRng(seed, "mutants").permutation(all.length);
  const random = order.slice(0, Math.max(0, count - ALWAYS.length)).map((i) => all[i]);
  const fixed = ALWAYS.map(([file, from, to]) => {
    const start = readFileSync(join("dist", file), "utf8").indexOf(from);
    if (start < 0)
      throw new Error(`${file} no longer has "${from}": name the place anew in .ci/mutants.js`);
    return { file, start, end: start + from.length, from, to, kind: "known" };
  });
  return [...fixed, ...random];
}

const sandbox = openSandbox(".bench/mutants/project");
const sites = drawn();

const kept = resolve(`.bench/mutants/seed-${seed}.jsonl`);
const keyOf = ({ file, start, from, to }) => `${file}:${start}:${from}:${to}`;
const results = new Map();
if (existsSync(kept)) {
  for (const line of readFileSync(kept, "utf8").split("\n").filter(Boolean)) {
    const result = JSON.parse(line);
    results.set(keyOf(result), result);
  }
}

/** So many tests judge one place, and compute for so long: those that look from further away hardly ever decide. */
const MOST = 12;
const MOST_CPU_MS = 30_000;

/** Tests that were seen to pass with the code as it is. */
const trusted = new Set();

/** @returns the test that fails with this code, and passes with the code as it is */
async function caughtBy(tests, path, broken) {
  const code = readFileSync(path, "utf8");
  for (const { test, ms } of tests) {
    const passes = async () => (await sandbox.judge(test, { limitMs: 30_000 + 5 * ms })).passes;
    writeFileSync(path, broken);
    const isSilent = await passes();
    writeFileSync(path, code);
    if (isSilent) continue;
    if (trusted.has(test) || (await passes())) {
      trusted.add(test);
      return test;
    }
  }
  return undefined;
}

/** The tests that may judge a place: the first always, others within the limits. */
function judgesOf(tests) {
  let togetherMs = 0;
  return tests.slice(0, MOST).filter(({ cpuMs }, index) => {
    togetherMs += cpuMs;
    return index === 0 || togetherMs <= MOST_CPU_MS;
  });
}

const lineOf = (text, start) => text.slice(0, start).split("\n").length;

/** A test that changed judges again. */
const versionOf = ({ test, hash }) => `${test} ${hash}`;

const recorded = [];

/** Lets the recorded tests judge each place that none has caught, and that they have not judged yet. */
async function judge(isMeant) {
  for (const [index, site] of sites.entries()) {
    const before = results.get(keyOf(site));
    if (before?.caught || !isMeant(site.file)) continue;
    const path = join(sandbox.project, "dist", site.file);
    const code = readFileSync(path, "utf8");
    const silent = before?.silent ?? [];
    const all = testsOf(recorded, site.file, site.start);
    const tests = judgesOf(all).filter((one) => !silent.includes(versionOf(one)));
    if (before && tests.length === 0) continue;
    const by = await caughtBy(
      tests,
      path,
      code.slice(0, site.start) + site.to + code.slice(site.end),
    );
    const result = {
      ...{ ...site, line: lineOf(code, site.start), caught: by !== undefined, by },
      silent: by === undefined ? [...silent, ...tests.map(versionOf)] : silent,
      ...(all.length === 0 && { why: "no test runs it" }),
    };
    results.set(keyOf(site), result);
    appendFileSync(kept, `${JSON.stringify(result)}\n`);
    const mark = result.caught ? "caught  " : "SURVIVED";
    console.log(
      `${index + 1}/${sites.length} ${mark} ${site.file}:${result.line} ${site.kind}: ${site.from} → ${site.to}`,
    );
  }
}

async function record(tests) {
  const found = await recordCoverage(
    sandbox,
    tests,
    [...new Set(sites.map(({ file }) => join("dist", file)))],
    resolve(".bench/mutants/coverage.jsonl"),
    console.log,
  );
  for (const { test } of found.filter(({ passes }) => !passes)) {
    console.log(`${test} fails with the code as it is, and judges nothing`);
  }
  recorded.push(...found);
}

// What stands beside the code catches most of it, and computes little: the others judge what it lets through.
let others = defaultTests(sandbox.project);
for (const folder of folders) {
  const isIn = (file) => file.startsWith(join(folder, "/"));
  const isBeside = (test) => isIn(relative("dist", test));
  await record(others.filter(isBeside));
  others = others.filter((test) => !isBeside(test));
  await judge(isIn);
}
await record(others);
await judge(() => true);

sandbox.close();

const judged = sites.map((site) => results.get(keyOf(site)));
const caught = judged.filter((result) => result.caught).length;
const share = caught / judged.length;
console.log(
  `\n${caught} of ${judged.length} caught (${(100 * share).toFixed(1)} %), seed ${seed}; all in ${relative(".", kept)}`,
);
for (const { file, line, kind, from, to, why } of judged.filter((result) => !result.caught)) {
  console.log(`  ${file}:${line} ${kind}: ${from} → ${to}${why ? ` (${why})` : ""}`);
}
const unguarded = judged.filter(({ kind, caught }) => kind === "known" && !caught);
process.exitCode = share >= Number(options.least) && unguarded.length === 0 ? 0 : 1;
