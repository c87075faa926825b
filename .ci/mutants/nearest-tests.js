// The tests that load a file, by how many imports lie between.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** So many tests judge one mutant: those further away hardly ever decide. */
const MOST = 12;
const isDefault = (file) =>
  file.endsWith(".test.js") && !/\.(faults|laws|long|golden)\.test\.js$/.test(file);

let importers;
/** Who imports a file, for every file of `root`. */
function importersIn(root) {
  const found = new Map();
  for (const name of readdirSync(root, { recursive: true })) {
    const file = normalize(name);
    if (!file.endsWith(".js") || file.endsWith(".bundle.js")) continue;
    const text = readFileSync(join(root, file), "utf8");
    for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) {
      const imported = normalize(join(dirname(file), target));
      found.set(imported, [...(found.get(imported) ?? []), file]);
    }
  }
  return found;
}

/** @returns the tests' paths, nearest first */
export function nearestTests(root, file) {
  importers ??= importersIn(root);
  const tests = [];
  const seen = new Set([file]);
  let level = [file];
  while (level.length > 0 && tests.length < MOST) {
    const next = level.flatMap((one) => importers.get(one) ?? []).filter((one) => !seen.has(one));
    next.forEach((one) => seen.add(one));
    level = [...new Set(next)];
    tests.push(...level.filter(isDefault).sort());
  }
  return tests.slice(0, MOST).map((test) => join(root, test));
}
