import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fuzzers } from "./all.ts";
import { fuzz, isShareRight } from "./fuzzer.ts";
import { watchdog } from "./watchdog.ts";

// npm run test:fuzz -- [--only NAME] [--seed N] [--count N]: inputs of each kind, right and wrong.
// Exits with 1 where hpo, or a generator, breaks a rule.

/** CPU time that one input may take. */
const LIMIT_MS = 2000;
const HANGING_MS = 60_000;
const SHOWN = 5;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    count: { type: "string", default: "2000" },
  },
});
const names = fuzzers.map(({ name }) => name);
const chosen = fuzzers.filter(({ name }) => values.only === undefined || name === values.only);
const [seed, count] = [Number(values.seed), Number(values.count)];
if (chosen.length === 0 || ![seed, count].every(Number.isSafeInteger)) {
  console.error(`Give --only one of ${names.join(", ")}, --seed and --count whole numbers.`);
  process.exit(2);
}

const watch = watchdog(names, HANGING_MS);
for (const fuzzer of chosen) {
  const folder = mkdtempSync(join(tmpdir(), "hpo-fuzz-"));
  const onInput = (seed: number): void => {
    watch.onInput(fuzzer.name, seed);
  };
  const result = await fuzz(fuzzer, { seed, count, folder, limitMs: LIMIT_MS, onInput });
  rmSync(folder, { recursive: true, force: true });
  const share = Math.round((100 * result.accepted) / count);
  const slowest = Math.round(result.slowestMs);
  console.log(
    `${fuzzer.name}: ${count} inputs from seed ${seed} on, ${share} % accepted, ` +
      `${result.faults.length} faults, the slowest took ${slowest} ms of CPU`,
  );
  for (const { seed, text, what } of result.faults.slice(0, SHOWN)) {
    console.log(`  npm run test:fuzz -- --only ${fuzzer.name} --seed ${seed} --count 1`);
    console.log(`    ${JSON.stringify(text.slice(0, 500))}\n    ${what.slice(0, 1000)}`);
  }
  const isFew = count >= 100 && !isShareRight(result);
  if (isFew) console.log("  Its accepted share must lie between 10 and 90 %: mend its generator.");
  if (result.faults.length > 0 || isFew) process.exitCode = 1;
}
await watch.end();
