import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { TrialJson } from "../../export/trial-json.ts";

/*
 * A study on a disk of two megabytes, which fills up. Mounting one needs root; without it, the test
 * says that it was left out.
 */

const main = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const TRIALS = 400;
const STUDY = `
export default {
  name: "full", trials: ${TRIALS},
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
  ] },
  objective: (trial) => {
    trial.setUserAttr("bulk", "x".repeat(8000));
    trial.report(trial.params.x, 0);
    return trial.params.x;
  },
};
`;

const mount = (...args: string[]): boolean => spawnSync("mount", args).status === 0;

test("a full disk loses no acknowledged trial, says so, and the study goes on once there is room", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hpo-full-"));
  const disk = mkdtempSync(join(tmpdir(), "hpo-disk-"));
  if (!mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", disk)) {
    t.log("left out: no right to mount a small disk");
    t.pass();
    return;
  }
  const storage = `sqlite:${join(disk, "hpo.db")}`;
  const hpo = (...args: string[]) =>
    spawnSync(process.execPath, [main, "study", ...args, "--storage", storage], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
  try {
    writeFileSync(join(folder, "study.mjs"), STUDY);
    const first = hpo("run", "study.mjs");
    t.is(first.status, 1);
    t.regex(first.stderr, /the disk of .*hpo\.db is full; what was acknowledged before is safe/);
    t.regex(first.stderr, /Free some space and resume/);
    const acknowledged = [...first.stdout.matchAll(/^trial (\d+) {2}/gm)].map(([, n]) => Number(n));
    t.true(acknowledged.length > 10 && acknowledged.length < TRIALS, first.stdout);

    t.true(mount("-o", "remount,size=64m", disk));
    const kept = trialsOf(hpo("trials", "full", "--json").stdout);
    for (const number of acknowledged) t.is(kept.get(number)?.state, "complete", `trial ${number}`);
    const second = hpo("resume", "full");
    t.is(second.status, 0, second.stderr);
    const all = trialsOf(hpo("trials", "full", "--json").stdout);
    t.is(all.size, TRIALS);
    t.true([...all.values()].every(({ state }) => state === "complete"));
    t.log(`${acknowledged.length} trials before the disk was full, ${TRIALS} in the end`);
  } finally {
    spawnSync("umount", ["-l", disk]);
    for (const path of [folder, disk]) rmSync(path, { recursive: true, force: true });
  }
});

const trialsOf = (text: string): Map<number, TrialJson> =>
  new Map((JSON.parse(text) as TrialJson[]).map((trial) => [trial.number, trial]));
