import test from "ava";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";
import type { TrialRecord } from "../../../contracts/storage.ts";
import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import { connectSqlite } from "./sqlite-connection.ts";

const program = fileURLToPath(new URL("../../../testing/storage-writer.js", import.meta.url));

/** A process that writes `count` trials; gives the numbers whose end it acknowledged. */
function writer(url: string, count: number, label: string, acknowledged: (n: number) => void) {
  const child = spawn(process.execPath, [program, url, String(count), label], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const numbers: number[] = [];
  createInterface(child.stdout).on("line", (line) => {
    numbers.push(Number(line));
    acknowledged(numbers.length);
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, numbers }));
  return { child, ended };
}

async function readStudy(path: string): Promise<readonly TrialRecord[]> {
  const storage = await openStorage(path);
  const study = await storage.findStudy("s");
  const { trials } = await storage.readTrials(study?.id ?? -1);
  await storage.close();
  return trials;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test("processes that create, fill and read one file at once lose nothing", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const each = 40;
  const writers = ["a", "b", "c"].map((label) => writer(path, each, label, () => {}));
  const ends = await Promise.all(writers.map(({ ended }) => ended));
  t.deepEqual(
    ends.map(({ code }) => code),
    [0, 0, 0],
  );
  const trials = await readStudy(path);
  t.deepEqual(
    trials.map(({ number }) => number),
    upTo(3 * each),
  );
  t.deepEqual(
    trials.map(({ values }) => values?.[0]),
    upTo(3 * each),
    "each holds what its own writer wrote",
  );
  const indexes = trials.map(({ systemAttrs }) => Number(systemAttrs[ATTRIBUTE.finishIndex]));
  t.deepEqual(
    indexes.sort((a, b) => a - b),
    upTo(3 * each),
  );
  for (const [index, label] of ["a", "b", "c"].entries()) {
    const own = trials.filter(({ userAttrs }) => userAttrs["label"] === label);
    t.deepEqual(
      own.map(({ number }) => number),
      ends[index].numbers,
    );
    t.deepEqual(
      own.map(({ params }) => params["x"]),
      upTo(each),
    );
  }
});

test("a writer killed at any moment leaves a sound file with all it acknowledged", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const acknowledged: number[] = [];
  for (const round of [1, 2, 3]) {
    const { child, ended } = writer(path, 1e6, `round ${round}`, (count) => {
      // The kill comes a moment after an acknowledgement, amid the next write.
      if (count === 5 * round) setTimeout(() => child.kill("SIGKILL"), round);
    });
    acknowledged.push(...(await ended).numbers);
    const trials = await readStudy(path);
    t.true(trials.length >= acknowledged.length);
    t.deepEqual(
      trials.map(({ number }) => number),
      upTo(trials.length),
    );
    for (const number of acknowledged) {
      const { state, values, reports } = trials[number];
      t.deepEqual(
        { state, values, reports },
        { state: "complete", values: [number], reports: [{ step: 0, value: number }] },
      );
    }
    const unfinished = trials.filter(({ state }) => state !== "complete");
    t.true(unfinished.length <= round, "at most one trial per killed writer");
  }
  const connection = await connectSqlite(path);
  t.teardown(() => connection.close());
  const check = { sql: "PRAGMA integrity_check", parameters: [] };
  t.deepEqual(
    (await connection.read((tx) => tx.all(check))).map((row) => ({ ...(row as object) })),
    [{ integrity_check: "ok" }],
  );
});
