// Which tests run which places of the compiled code, by V8's own block coverage.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** The default suite, but the bench's own tests. */
const isDefault = (file) =>
  file.endsWith(".test.js") && !/^dist\/bench\/|\.(faults|laws|long)\.test\.js$/.test(file);
const hashOf = (file) => createHash("sha1").update(readFileSync(file)).digest("hex").slice(0, 12);

/** Marks in `executed`, a byte for each character, what one script's functions ran. */
function paint(executed, functions) {
  const ranges = functions.flatMap((one) => one.ranges);
  // An inner block's count holds within it, so the widest come first.
  ranges.sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  const ran = new Uint8Array(executed.length);
  for (const { startOffset, endOffset, count } of ranges)
    ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  ran.forEach((value, i) => (executed[i] |= value));
}

/** [start, end, start, end, …] of what was run. */
function runsOf(executed) {
  const edges = [];
  for (let i = 0; i <= executed.length; i++) {
    if ((executed[i] ?? 0) !== (executed[i - 1] ?? 0)) edges.push(i);
  }
  return edges;
}

/** For each file of dist its hash, and what the processes of `folder` ran of it. */
function read(folder, project) {
  const root = pathToFileURL(join(project, "/")).href;
  const painted = new Map();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), "utf8");
    // A process that was killed while it wrote leaves half a file.
    if (!text.endsWith("}")) continue;
    for (const { url, functions } of JSON.parse(text).result) {
      if (!url.startsWith(`${root}dist/`) || url.endsWith(".bundle.js")) continue;
      const file = decodeURIComponent(url.slice(root.length)).replace(/[?#].*$/, "");
      if (!existsSync(join(project, file))) continue;
      const length = readFileSync(join(project, file), "utf8").length;
      if (!painted.has(file)) painted.set(file, new Uint8Array(length));
      paint(painted.get(file), functions);
    }
  }
  return Object.fromEntries(
    [...painted].map(([file, executed]) => [
      file,
      { hash: hashOf(join(project, file)), runs: runsOf(executed) },
    ]),
  );
}

const covers = (edges, place) => {
  const after = edges.findIndex((edge) => edge > place);
  return after % 2 === 1;
};

/** The tests of the default suite, by their compiled files. */
export const defaultTests = (project) =>
  readdirSync(join(project, "dist"), { recursive: true })
    .map((name) => join("dist", name))
    .filter(isDefault)
    .sort();

/**
 * Runs each of `tests` once, and keeps in `kept` what each ran; those alone that are new or changed, or ran
 * one of `files` when it was another.
 */
export async function recordCoverage(sandbox, tests, files, kept, say) {
  const known = new Map();
  if (existsSync(kept)) {
    for (const line of readFileSync(kept, "utf8").split("\n").filter(Boolean)) {
      const one = JSON.parse(line);
      known.set(one.test, one);
    }
  }
  const hashes = new Map(files.map((file) => [file, hashOf(join(sandbox.project, file))]));
  const isCurrent = ({ test, cpuMs, hash, ran }) =>
    cpuMs !== undefined &&
    hash === hashOf(join(sandbox.project, test)) &&
    Object.entries(ran).every(([file, { hash }]) => (hashes.get(file) ?? hash) === hash);
  const found = [];
  const folder = `${sandbox.project}-coverage`;
  for (const [index, test] of tests.entries()) {
    let one = known.get(test);
    if (!one || !isCurrent(one)) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const start = Date.now();
      const { passes, cpuMs = 0 } = await sandbox.judge(test, { limitMs: 600_000, folder });
      // Counting what is run slows a process down for good; and its children write as they end.
      sandbox.close();
      const ms = Date.now() - start;
      const hash = hashOf(join(sandbox.project, test));
      one = { test, hash, passes, ms, cpuMs, ran: read(folder, sandbox.project) };
      appendFileSync(kept, `${JSON.stringify(one)}\n`);
      say(`${index + 1}/${tests.length} ${test}, ${ms} ms${passes ? "" : ": FAILS UNBROKEN"}`);
    }
    found.push(one);
  }
  rmSync(folder, { recursive: true, force: true });
  return found;
}

/** How close a test looks: beside the file, beside it or named as its folder, of its part of the code, or further. */
function tierOf(test, path) {
  const partOf = (file) =>
    file
      .split("/")
      .slice(0, file.startsWith("dist/src/") ? 3 : 2)
      .join("/");
  if (test === path.replace(/\.js$/, ".test.js")) return 0;
  if (dirname(test) === dirname(path) || test === `${dirname(path)}.test.js`) return 1;
  return partOf(test) === partOf(path) ? 2 : 3;
}

/**
 * @param recorded what `recordCoverage` gives
 * @returns the tests that run this place: first those that look closest, of these those that compute little.
 * What stands in no function is run by each test that loads the file, and most of them don't look at it.
 */
export function testsOf(recorded, file, place) {
  const path = join("dist", file);
  return recorded
    .filter(({ passes, ran }) => passes && ran[path] && covers(ran[path].runs, place))
    .map((one) => ({ ...one, tier: tierOf(one.test, path) }))
    .sort((a, b) => a.tier - b.tier || a.cpuMs - b.cpuMs);
}
