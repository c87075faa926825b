import test, { type ExecutionContext } from "ava";
import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inlineRunner } from "../runner/inline.ts";
import { float, searchSpace } from "../space/index.ts";
import { memoryStorage } from "../storage/memory.ts";
import { openStudy } from "../study/open-study.ts";
import { optimize } from "../study/optimize.ts";
import { defineStudy } from "../study/study-definition.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { coordinate } from "./coordinator.ts";
import { definitionFacts } from "./definition-facts.ts";
import { httpSource } from "./http-source.ts";
import { RemoteStudy } from "./remote-study.ts";
import { serveWork, type WorkServer } from "./work-server.ts";

// A user would miss: the result of hours of training, where worker and coordinator are killed.

const definition = defineStudy({ name: "s", space: searchSpace({ x: float(0, 1) }) });
const STEPS = 3000;

async function served(t: ExecutionContext) {
  const folder = await tempFolder(t);
  const storage = memoryStorage();
  const serve = async (port: number): Promise<WorkServer> => {
    const study = await openStudy(definition, { storage });
    const source = await coordinate(study, {
      definition: definitionFacts(definition),
      total: 1,
      waitMs: 20,
      leaseMs: 100,
    });
    t.teardown(() => source.close());
    const studies = new Map([["s", source]]);
    return serveWork({ studies, host: "127.0.0.1", port, gate: async () => undefined });
  };
  const server = await serve(0);
  const { port } = server;
  const worker = (name: string) => {
    const end = new AbortController();
    t.teardown(() => end.abort());
    const notes: string[] = [];
    const url = new URL(`http://127.0.0.1:${port}/s`);
    const source = httpSource({ url, note: () => undefined, signal: end.signal });
    const note = (message: string): void => void notes.push(message);
    const remote = new RemoteStudy({ source, definition, folder, note, worker: name });
    const kill = (): void => {
      void remote.close();
      end.abort();
    };
    return { remote, notes, kill };
  };
  /** Trains until the coordinator is gone, and ends after that. */
  const trained = async (remote: RemoteStudy): Promise<void> => {
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const runner = inlineRunner(async (trial) => {
      await server.close();
      for (let step = 0; step < STEPS; step++) trial.report(step, step);
      trial.setUserAttr("bulk", "x".repeat(1 << 20));
      setImmediate(ended);
      return 7;
    });
    void optimize(remote, runner, { trials: 1 }).catch(() => undefined);
    await end;
    while (!existsSync(join(folder, "untold"))) await sleep(5);
  };
  const trials = async () => (await storage.readTrials(1)).trials;
  return { folder: join(folder, "untold"), serve: () => serve(port), worker, trained, trials };
}

test("a worker that takes a killed one's place tells the result that it left", async (t) => {
  const { folder, serve, worker, trained, trials } = await served(t);
  const killed = worker("killed");
  await trained(killed.remote);
  killed.kill();
  t.is(readdirSync(folder).length, 1);
  await writeFile(join(folder, "5-torn.json"), '{"held":');
  await sleep(150); // The lease has expired, but nobody else has the trial.
  const server = await serve();
  t.teardown(() => server.close());
  const next = worker("next");
  await next.remote.tellLeft();
  const [{ state, values, reports, userAttrs }] = await trials();
  t.deepEqual([state, values, reports.length], ["complete", [7], STEPS]);
  t.is(String(userAttrs["bulk"]).length, 1 << 20);
  t.deepEqual(readdirSync(folder), ["5-torn.json"], "what is no result stays, and harms nothing");
  t.regex(
    next.notes.join(),
    /Trial 0's result, which an earlier worker kept in .*untold.*, is told/,
  );
});

test("a result that comes after the trial was given to another worker is dropped, and said so", async (t) => {
  const { folder, serve, worker, trained, trials } = await served(t);
  const killed = worker("killed");
  await trained(killed.remote);
  killed.kill();
  await sleep(150);
  const server = await serve();
  t.teardown(() => server.close());
  const other = worker("other");
  await sleep(150);
  await optimize(
    other.remote,
    inlineRunner(() => 8),
    {},
  );
  const late = worker("late");
  await late.remote.tellLeft();
  const [{ state, values, reports }] = await trials();
  t.deepEqual([state, values, reports.length], ["complete", [8], 0]);
  t.deepEqual(readdirSync(folder), []);
  t.regex(late.notes.join(), /comes too late: the trial was given to another one/);
});

test("where no file can be written the result waits in memory, which is said", async (t) => {
  const { folder, serve, worker, trained, trials } = await served(t);
  await writeFile(folder, "a file where the folder is to be");
  const { remote, notes } = worker("a");
  t.teardown(() => remote.close());
  await trained(remote);
  const server = await serve();
  t.teardown(() => server.close());
  while ((await trials())[0].state !== "complete") await sleep(20);
  t.regex(notes.join(), /Results wait in memory alone .*EEXIST/);
});
