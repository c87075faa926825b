// Tests the tests: breaks the compiled code in one place at a time and runs the nearest tests, which
// should fail. npm run test:mutants -- [--count 200] [--seed 1] [--folders src/study,strategies]
// Results are kept in .bench/mutants, so that an interrupted run goes on; exits with 1 below 85 % caught.
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRng } from "../dist/src/numerics/rng.js";
import { nearestTests } from "./mutants/nearest-tests.js";
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
  ["src/storage/sql/sqlite/sqlite-connection.js", "PRAGMA synchronous = ${synchronous};", ""],
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

/** A copy of the project in which dist can be broken; the rest is linked. */
function sandbox() {
  const folder = resolve(".bench/mutants/project");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(".")) {
    if (![".bench", ".git", "dist"].includes(name)) symlinkSync(resolve(name), join(folder, name));
  }
  cpSync("dist", join(folder, "dist"), { recursive: true });
  // Made of the code as it was before it is broken.
  rmSync(join(folder, "dist/src/cli/quick/commands.cjs"), { force: true });
  return folder;
}

const project = sandbox();
const kept = resolve(`.bench/mutants/seed-${seed}.jsonl`);
const keyOf = ({ file, start, to }) => `${file}:${start}:${to}`;
const results = new Map();
if (existsSync(kept)) {
  for (const line of readFileSync(kept, "utf8").split("\n").filter(Boolean)) {
    const result = JSON.parse(line);
    results.set(keyOf(result), result);
  }
}

/** Whether these tests pass; what runs longer than two minutes does not. */
function pass(tests) {
  const run = spawnSync(
    process.execPath,
    ["node_modules/ava/entrypoints/cli.mjs", "--fail-fast", ...tests],
    {
      cwd: project,
      stdio: "ignore",
      timeout: 120_000,
      killSignal: "SIGKILL",
      env: { ...process.env, CI: "1" },
    },
  );
  return run.status === 0;
}

const lineOf = (text, start) => text.slice(0, start).split("\n").length;
const sites = drawn();
for (const [index, site] of sites.entries()) {
  if (results.has(keyOf(site))) continue;
  const path = join(project, "dist", site.file);
  const code = readFileSync(path, "utf8");
  const tests = nearestTests("dist", site.file);
  const line = lineOf(code, site.start);
  let result;
  if (tests.length === 0) result = { ...site, line, caught: false, why: "no test imports it" };
  else {
    writeFileSync(path, code.slice(0, site.start) + site.to + code.slice(site.end));
    const survived = pass(tests);
    writeFileSync(path, code);
    // A test that fails by itself catches nothing.
    const caught = !survived && (site.kind === "known" || pass(tests));
    result = {
      ...site,
      line,
      caught,
      ...(survived || caught ? {} : { why: "tests fail unbroken" }),
    };
  }
  results.set(keyOf(site), result);
  appendFileSync(kept, `${JSON.stringify(result)}\n`);
  const mark = result.caught ? "caught  " : "SURVIVED";
  console.log(
    `${index + 1}/${sites.length} ${mark} ${site.file}:${line} ${site.kind}: ${site.from} → ${site.to}`,
  );
}

const judged = sites.map((site) => results.get(keyOf(site)));
const valid = judged.filter(({ why }) => why !== "tests fail unbroken");
const caught = valid.filter((result) => result.caught).length;
const share = caught / valid.length;
console.log(
  `\n${caught} of ${valid.length} caught (${(100 * share).toFixed(1)} %), seed ${seed}; all in ${relative(".", kept)}`,
);
for (const { file, line, kind, from, to, why } of judged.filter((result) => !result.caught)) {
  console.log(`  ${file}:${line} ${kind}: ${from} → ${to}${why ? ` (${why})` : ""}`);
}
const unguarded = judged.filter(({ kind, caught }) => kind === "known" && !caught);
process.exitCode = share >= Number(options.least) && unguarded.length === 0 ? 0 : 1;
