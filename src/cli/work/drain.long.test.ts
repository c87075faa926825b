import test, { type ExecutionContext } from "ava";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { withPostgres } from "../../testing/postgres/with-postgres.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { freePort, start, until } from "./testing/processes.ts";

// What signals do to workers, also while the study that they work on is out of reach.

const postgres = withPostgres(test);

const STUDY = `
name: drained
command: sh train.sh
graceSeconds: 20
space:
  x: { type: float, low: 0, high: 1 }
metric: json-lines
trials: 1
`;
/** Goes on from its checkpoint; the first attempt waits for ever. */
const TRAIN = `
trap 'sleep 0.5; echo saved > "$HPO_CHECKPOINT_DIR/step"; exit 0' TERM
if [ -f "$HPO_CHECKPOINT_DIR/step" ]; then echo '{"value": 2}'; exit 0; fi
echo '{"step": 0, "value": 1}'
while :; do sleep 0.1; done
`;

async function studyFolder(t: ExecutionContext): Promise<string> {
  const folder = await tempFolder(t);
  await writeFile(join(folder, "study.yaml"), STUDY);
  await writeFile(join(folder, "train.sh"), TRAIN);
  return folder;
}

const FLAGS = "--file study.yaml --devices none --workers 1";

async function served(t: ExecutionContext, flags: string) {
  const folder = await studyFolder(t);
  const port = await freePort();
  const serve = () =>
    start(t, folder, `study serve study.yaml --listen 127.0.0.1:${port} --lease 2s`, {});
  const work = (more = "") =>
    start(t, folder, `study work http://127.0.0.1:${port}/drained ${FLAGS} ${more}`, {});
  const coordinator = serve();
  await coordinator.said(/Served/);
  const storage = await openStorage(join(folder, "hpo.db"));
  t.teardown(() => storage.close());
  const trial = async () => (await storage.readTrials(1)).trials[0];
  const worker = work(flags);
  await until(async () => (await trial())?.reports.length === 1, worker);
  return { coordinator, serve, work, worker, trial };
}

test("--drain checkpoint lets a program save one, and its trial goes on from there elsewhere", async (t) => {
  const { worker, work, trial } = await served(t, "--drain checkpoint");
  worker.child.kill("SIGTERM");
  await sleep(100);
  worker.child.kill("SIGTERM");
  t.is(await worker.code, 75, worker.text());
  const { state, systemAttrs } = await trial();
  t.deepEqual([state, systemAttrs[ATTRIBUTE.lease]], ["running", null]);
  const next = work();
  t.is(await next.code, 0, next.text());
  const { values, systemAttrs: last } = await trial();
  t.deepEqual([values, last[ATTRIBUTE.attempts]], [[2], 0], "handed back: no attempt");
});

test("--drain now hands a trial back without its program's consent", async (t) => {
  const { worker, trial } = await served(t, "--drain now");
  worker.child.kill("SIGTERM");
  t.is(await worker.code, 75, worker.text());
  const { state, systemAttrs } = await trial();
  t.deepEqual(
    [state, systemAttrs[ATTRIBUTE.lease], systemAttrs[ATTRIBUTE.attempts] ?? 0],
    ["running", null, 0],
  );
});

test("a time to drain ends as --drain checkpoint", async (t) => {
  const { worker, trial } = await served(t, "--drain 1s");
  worker.child.kill("SIGTERM");
  t.is(await worker.code, 75, worker.text());
  t.regex(worker.text(), /finished, for 1 s at most.*Trial 0 was stopped with its worker/s);
  t.is((await trial()).systemAttrs[ATTRIBUTE.lease], null);
});

test("two Ctrl-C end a worker whose coordinator is away; the next one hands its trial back", async (t) => {
  const { coordinator, serve, worker, work, trial } = await served(t, "");
  coordinator.child.kill("SIGKILL");
  await coordinator.code;
  worker.child.kill("SIGINT");
  await worker.said(/No trial is claimed any more/);
  await sleep(400);
  worker.child.kill("SIGINT");
  t.is(await worker.code, 75, worker.text());
  t.regex(worker.text(), /could not be handed back in 5 s/);
  const again = serve();
  const next = work();
  await next.said(/Trial 0 is handed back, as an earlier worker meant to/);
  const attempts = async () => (await trial()).systemAttrs[ATTRIBUTE.attempts];
  await until(async () => (await attempts()) !== undefined, next);
  t.is(await attempts(), 0);
  next.child.kill("SIGKILL");
  again.child.kill("SIGTERM");
  await again.code;
});

test("a signal ends a worker that waits for its first coordinator", async (t) => {
  const folder = await studyFolder(t);
  const worker = start(t, folder, `study work http://127.0.0.1:1/drained ${FLAGS}`, {});
  await worker.said(/can't be reached/);
  worker.child.kill("SIGTERM");
  t.is(await worker.code, 75, worker.text());
});

for (const signals of [["SIGINT", "SIGINT"], ["SIGTERM"]] as const) {
  postgres.serial(`${signals.join(", ")} ends a worker whose database is away`, async (t) => {
    const folder = await studyFolder(t);
    const url = await postgres.database();
    const storage = await openStorage(url);
    t.teardown(() => storage.close());
    const worker = start(t, folder, `study work ${url} ${FLAGS} --drain 1s`, {});
    const reported = async () => (await storage.readTrials(1)).trials[0]?.reports.length === 1;
    await until(async () => (await storage.listStudies()).length > 0 && reported(), worker);
    await postgres.cluster.pause();
    try {
      for (const signal of signals) {
        worker.child.kill(signal);
        await sleep(400);
      }
      t.is(await worker.code, 75, worker.text());
    } finally {
      await postgres.cluster.start();
    }
  });
}
