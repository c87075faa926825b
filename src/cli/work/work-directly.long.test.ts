import test, { type ExecutionContext } from "ava";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CompleteTrial } from "../../contracts/trial.ts";
import { loadStudy } from "../../study/load-study.ts";
import { withPostgres } from "../../testing/postgres/with-postgres.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { freePort, start } from "./testing/processes.ts";

// Real processes: who tells of a study that several of them run, and who cleans what they keep.

const postgres = withPostgres(test);

const STUDY = `
name: told
command: sh train.sh {x}
space:
  x: { type: float, low: 0, high: 1 }
metric: json-lines
trials: 12
keepBest: 2
notify: sh tell.sh
`;
const TRAIN = `
echo weights > "$HPO_CHECKPOINT_DIR/model"
sleep 0.2
echo "{\\"value\\": $1}"
`;
/** A line of JSON each. */
const TELL = "cat >> told.jsonl; echo >> told.jsonl\n";
const FLAGS = "--file study.yaml --devices none --quiet";

interface Notice {
  readonly event: string;
  readonly trial?: number;
  readonly reason?: string;
}

async function studyFolder(t: ExecutionContext, train = TRAIN) {
  const folder = await tempFolder(t);
  await writeFile(join(folder, "study.yaml"), STUDY);
  await writeFile(join(folder, "train.sh"), train);
  await writeFile(join(folder, "tell.sh"), TELL);
  const told = (): Notice[] =>
    readFileSync(join(folder, "told.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Notice);
  return { folder, told };
}

postgres.serial(
  "workers on a database tell the end once, and keep the files of the best",
  async (t) => {
    const { folder, told } = await studyFolder(t);
    const url = await postgres.database();
    const work = () => start(t, folder, `study work ${url} --workers 2 ${FLAGS}`, {});
    const workers = [work(), work(), work()];
    for (const worker of workers) t.is(await worker.code, 0, worker.text());
    const study = await loadStudy("told", { storage: url });
    const ends = told().filter(({ event }) => event === "end");
    t.is(ends.length, 1, JSON.stringify(told()));
    t.is(ends[0].reason, "the study has its 12 trials");
    const bests = told().filter(({ event }) => event === "best");
    t.true(bests.some(({ trial }) => trial === study.best.number));
    const ranked = ([...study.trials("complete")] as CompleteTrial[])
      .sort((a, b) => a.values[0] - b.values[0])
      .map(({ number }) => number);
    t.is(ranked.length, 12);
    const kept = ranked.filter((number) =>
      existsSync(join(study.directoryOf(number), "checkpoints", "model")),
    );
    t.deepEqual(kept, ranked.slice(0, 2));
    // Who comes later finds it done, and told.
    const late = work();
    t.is(await late.code, 0, late.text());
    t.is(told().filter(({ event }) => event === "end").length, 1);
    await study.storage.close();
  },
);

postgres.serial(
  "a worker that gives up for errors is told of, directly and by its coordinator",
  async (t) => {
    const { folder, told } = await studyFolder(t, "exit 3\n");
    const worker = start(t, folder, `study work ${await postgres.database()} ${FLAGS}`, {});
    t.is(await worker.code, 1, worker.text());
    t.deepEqual(
      told().map(({ event }) => event),
      ["error"],
    );
    t.regex(told()[0].reason!, /5 trials in a row erred, so this worker stopped/);
    const port = await freePort();
    const serve = start(t, folder, `study serve study.yaml --listen 127.0.0.1:${port} --quiet`, {});
    const remote = start(t, folder, `study work http://127.0.0.1:${port}/told ${FLAGS}`, {});
    t.is(await remote.code, 1, remote.text());
    serve.child.kill("SIGTERM");
    t.is(await serve.code, 0, serve.text());
    t.is(told().length, 2);
    t.regex(told()[1].reason!, /^Host .*: 5 trials in a row erred, so this worker stopped/);
  },
);
