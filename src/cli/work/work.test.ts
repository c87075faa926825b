import test from "ava";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage } from "../../contracts/storage.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { leaseOf } from "../../study/trial/trial-lease.ts";
import { openStudy } from "../../study/open-study.ts";
import { loadStudyFile } from "../../study-file/load-study-file.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { createToken } from "../../workers/tokens/tokens.ts";
import { shownCommandLines, freePort, start } from "./testing/processes.ts";

// Real processes, real HTTP, real signals: what a coordinator and workers do when they are killed.

const TRIALS = 16;

const STUDY = `
name: served
command: sh train.sh {x}
space:
  x: { type: float, low: 0, high: 1 }
metric: json-lines
trials: ${TRIALS}
`;
/** Its second report tells in which attempt it was made. */
const TRAIN = `
echo '{"step": 0, "value": 2}'
sleep 0.3
while [ -e hold ]; do sleep 0.1; done
echo '{"step": 1, "value": 1}'
echo "{\\"value\\": $1}"
`;

/** Waits until so many trials have finished. */
async function untilFinished(storage: Storage, count: number): Promise<void> {
  for (;;) {
    const [study] = await storage.listStudies();
    const { complete, pruned, failed } = study.counts;
    if (complete + pruned + failed >= count) return;
    await sleep(50);
  }
}

/** In which of their workers' slots trials run now. */
async function runningSlots(storage: Storage): Promise<readonly (string | undefined)[]> {
  const { trials } = await storage.readTrials(1);
  const running = trials.filter(({ state }) => state === "running");
  return running.map(({ systemAttrs }) => leaseOf(systemAttrs)?.slot);
}

test("killed coordinators and workers lose no trial, and no secret is seen", async (t) => {
  const folder = await tempFolder(t);
  await writeFile(join(folder, "study.yaml"), STUDY);
  await writeFile(join(folder, "train.sh"), TRAIN);
  const path = join(folder, "hpo.db");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  await openStudy((await loadStudyFile(join(folder, "study.yaml"))).definition, { storage });
  const token = await createToken(storage, "served", "work", undefined);
  const port = await freePort();

  const serve = (flags = "--until-done") =>
    start(t, folder, `study serve study.yaml --listen 127.0.0.1:${port} --lease 2s ${flags}`, {
      HPO_STORAGE: `sqlite:${path}`,
    });
  const work = (workers: number, env: NodeJS.ProcessEnv = { HPO_TOKEN: token }) =>
    start(
      t,
      folder,
      `study work http://127.0.0.1:${port}/served --file study.yaml --devices none --workers ${workers}`,
      env,
    );

  const first = serve();
  // They come before it listens, and wait for it.
  const doomed = work(2);
  const drained = work(1);
  await untilFinished(storage, 4);
  t.false(shownCommandLines().includes(token));
  first.child.kill("SIGKILL");
  await first.code;
  // Who holds what is told by the storage alone: silent for a lease they may be, as nobody hears them.
  const status = start(t, folder, "study status served --json", { HPO_STORAGE: `sqlite:${path}` });
  t.is(await status.code, 0, status.text());
  const { workers, running } = JSON.parse(status.text()) as {
    workers: { running: number; lastSignMs: number; state: string }[];
    running: { worker: string }[];
  };
  const held = workers.reduce((sum, worker) => sum + worker.running, 0);
  t.is(running.length, held, status.text());
  t.true(
    workers.every(
      ({ lastSignMs, state }) => lastSignMs < 60_000 && /^(busy|idle|silent)$/.test(state),
    ),
  );
  const second = serve();
  await untilFinished(storage, 8);

  await writeFile(join(folder, "hold"), "");
  // Only that worker has two slots.
  while ((await runningSlots(storage)).every((slot) => slot !== "1")) await sleep(50);
  doomed.child.kill("SIGKILL");
  await rm(join(folder, "hold"));
  const last = work(2);
  drained.child.kill("SIGTERM");
  await sleep(50);
  drained.child.kill("SIGTERM");
  t.is(await drained.code, 75, "the second SIGTERM changes nothing");
  t.is(await last.code, 0, last.text());
  t.is(await second.code, 0, second.text());

  const [{ id }] = await storage.listStudies();
  const { trials } = await storage.readTrials(id);
  t.is(trials.length, TRIALS);
  t.true(trials.every(({ state }) => state === "complete"));
  t.deepEqual(
    trials.map(({ reports }) => reports.map(({ value }) => value)),
    trials.map(() => [2, 1]),
  );
  t.deepEqual(
    trials.map(({ values }) => values?.[0].toFixed(9)),
    trials.map(({ params }) => Number(params["x"]).toFixed(9)),
  );
  const indexes = trials.map(({ systemAttrs }) => Number(systemAttrs[ATTRIBUTE.finishIndex]));
  t.deepEqual(
    indexes.sort((a, b) => a - b),
    trials.map((_, index) => index),
  );
  const attempts = trials.map(({ systemAttrs }) => Number(systemAttrs[ATTRIBUTE.attempts] ?? 0));
  t.true(
    attempts.some((count) => count === 1),
    "the killed worker's trials ran again",
  );
  t.true(
    attempts.every((count) => count <= 1),
    String(attempts),
  );
  for (const one of [first, second, doomed, drained, last]) t.false(one.text().includes(token));

  const own = start(
    t,
    folder,
    "study work sqlite:own.db --file study.yaml --devices none --workers 2 --max-trials 2",
    {},
  );
  t.is(await own.code, 0, own.text());
  const direct = await openStorage(join(folder, "own.db"));
  t.is((await direct.listStudies())[0].counts.complete, 2, "a database, by the same loop");
  await direct.close();

  const third = serve("--quiet");
  const stranger = work(1, { HPO_TOKEN: "hpo_other" });
  t.is(await stranger.code, 1);
  t.regex(stranger.text(), /Study "served": this needs a token of scope work.*HPO_TOKEN/s);
  third.child.kill("SIGTERM");
  t.is(await third.code, 0);
});
