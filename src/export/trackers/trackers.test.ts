import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { float, categorical, searchSpace } from "../../space/index.ts";
import { createStudy } from "../../study/open-study.ts";
import type { TrackedStudy } from "./tracked.ts";
import { crc32c } from "./event-file.ts";
import { jsonLinesFile } from "./json-lines.ts";
import { mlflow } from "./mlflow.ts";
import { prometheusText } from "./prometheus.ts";
import { tensorBoard } from "./tensorboard.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "hpo-tracker-"));

/** A complete trial with a curve, a failed one, one that runs, and one that waits. */
async function study() {
  const space = searchSpace({ x: float(0, 1), kind: categorical(["a", true, null]) });
  const made = await createStudy({ name: 's "1"', metrics: { loss: "minimize" }, space });
  const [first, second, third] = await made.ask(3);
  first.report(0.5, 1);
  first.report(0.25, 2);
  first.log({ grad: 3 }, 1);
  await made.tell(first, 0.125);
  await made.tell(second, NaN);
  third.report(0.75, 1);
  await made.enqueue({ x: 0.5 });
  return { made, third };
}

test("CRC-32C is the one of RFC 3720", (t) => {
  t.is(crc32c(Buffer.from("123456789")), 0xe3069283);
  t.is(crc32c(Buffer.alloc(32)), 0x8a9136aa);
});

/** The data of an event file's records, whose checksums must hold. */
function recordsIn(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    const crc = crc32c(data);
    const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
    if (bytes.readUInt32LE(at + 12 + length) !== masked) throw new Error("a checksum is wrong");
    found.push(Buffer.from(data));
    at += 16 + length;
  }
  return found;
}

test("TensorBoard's files hold each trial once, and grow with what runs", async (t) => {
  const { made, third } = await study();
  const folder = newFolder();
  const board = tensorBoard(folder);
  t.is(await board.update(made), 3);
  const file = (number: number): string => join(folder, String(number), "events.out.tfevents.hpo");
  t.false(existsSync(file(3)), "what waits is no run");
  const texts = recordsIn(file(0)).map((data) => data.toString("latin1"));
  t.is(texts.filter((text) => text.includes("\u0004loss")).length, 2);
  t.is(texts.filter((text) => text.includes("\u0004grad")).length, 1);
  t.is(texts.filter((text) => text.includes("result/loss")).length, 1);
  t.true(texts[1].includes("session_start_info") && texts[1].includes("kind"));
  t.true(texts.at(-1)!.includes("session_end_info"));
  const [whole, before] = [readFileSync(file(0)), readFileSync(file(2))];

  t.is(await tensorBoard(folder).update(made), 0, "another export adds nothing");
  third.report(0.5, 2);
  t.is(await tensorBoard(folder).update(made), 1);
  await made.tell(third, 0.5);
  t.is(await board.update(made), 1);
  t.deepEqual(readFileSync(file(0)), whole);
  const after = readFileSync(file(2));
  t.true(
    after.length > before.length && after.subarray(0, before.length).equals(before),
    "appended",
  );
});

test("a file of JSON lines has each ended trial once", async (t) => {
  const { made, third } = await study();
  const path = join(newFolder(), "s.jsonl");
  t.is(await jsonLinesFile(path).update(made), 2);
  await made.tell(third, 1);
  t.is(await jsonLinesFile(path).update(made), 1);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const trials = lines.map(
    (line) => JSON.parse(line) as { number: number; state: string; curves?: unknown },
  );
  t.truthy(trials[0].curves, "what was logged beside the reports");
  t.deepEqual(
    trials.map(({ number, state }) => `${number} ${state}`),
    ["0 complete", "1 failed", "2 complete"],
  );
});

test("Prometheus' text counts trials, and tells the best and what runs, whatever the name is", async (t) => {
  const { made } = await study();
  const lines = prometheusText(made).split("\n");
  const samples = lines.filter((line) => line !== "" && !line.startsWith("#"));
  t.deepEqual(samples, [
    'hpo_trials{study="s \\"1\\"",state="waiting"} 1',
    'hpo_trials{study="s \\"1\\"",state="running"} 1',
    'hpo_trials{study="s \\"1\\"",state="complete"} 1',
    'hpo_trials{study="s \\"1\\"",state="pruned"} 0',
    'hpo_trials{study="s \\"1\\"",state="failed"} 1',
    'hpo_best_value{study="s \\"1\\"",metric="loss"} 0.125',
    'hpo_running_report{study="s \\"1\\"",metric="loss",trial="2"} 0.75',
  ]);
});

interface Body {
  readonly run_id?: string;
  readonly run_name?: string;
  readonly status?: string;
  readonly name?: string;
  readonly metrics?: readonly unknown[];
  readonly params?: readonly unknown[];
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}
interface StoredRun {
  name: string;
  status: string;
  tags: Map<string, string>;
  metrics: unknown[];
  params: unknown[];
}

/** What MLflow's REST API keeps, within its documented limits of a batch. */
async function mlflowServer() {
  const runs = new Map<string, StoredRun>();
  let experiment: string | undefined;
  let requests = 0;
  const answerTo = (path: string, body: Body): [status: number, answer: object] => {
    const run = runs.get(body.run_id ?? "");
    for (const { key, value } of body.tags ?? []) run?.tags.set(key, value);
    if (path === "experiments/get-by-name") {
      if (experiment !== undefined) return [200, { experiment: { experiment_id: "1" } }];
      return [404, { error_code: "RESOURCE_DOES_NOT_EXIST", message: "none" }];
    }
    if (path === "experiments/create") {
      experiment = body.name;
      return [200, { experiment_id: "1" }];
    }
    if (path === "runs/search") {
      const found = [...runs].map(([run_id, { status, tags }]) => ({
        info: { run_id, status },
        data: { tags: [...tags].map(([key, value]) => ({ key, value })) },
      }));
      return [200, { runs: found }];
    }
    if (path === "runs/create") {
      const run_id = `r${runs.size}`;
      const tags = new Map(body.tags?.map(({ key, value }) => [key, value]));
      runs.set(run_id, { name: body.run_name!, status: "RUNNING", tags, metrics: [], params: [] });
      return [200, { run: { info: { run_id } } }];
    }
    if (!run) return [404, { error_code: "NO_RUN", message: path }];
    if (path === "runs/update") run.status = body.status!;
    const [metrics, params] = [body.metrics ?? [], body.params ?? []];
    if (metrics.length > 1000 || params.length > 100) return [400, { error_code: "TOO_MANY" }];
    run.metrics.push(...metrics);
    run.params.push(...params);
    return [200, {}];
  };
  const server = createServer((request, response) => {
    requests++;
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const path = /\/api\/2\.0\/mlflow\/([^?]+)/.exec(request.url!)![1];
      const [status, answer] = answerTo(path, (text === "" ? {} : JSON.parse(text)) as Body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, runs, requests: () => requests, close: () => server.close() };
}

test("MLflow has a run for the study and one within for each trial, nothing twice", async (t) => {
  const server = await mlflowServer();
  const { made, third } = await study();
  const { url } = server;
  t.is(await mlflow({ url }).update(made), 3);
  const named = (name: string): StoredRun =>
    [...server.runs.values()].find((run) => run.name === name)!;
  const [first] = [named("trial 0")];
  t.is(first.tags.get("mlflow.parentRunId"), "r0");
  t.is(named('s "1"').status, "RUNNING");
  t.is(first.status, "FINISHED");
  t.is(named("trial 1").status, "FAILED");
  t.like(first.metrics, [
    { key: "loss", step: 1, value: 0.5 },
    { key: "loss", step: 2, value: 0.25 },
    { key: "grad", step: 1, value: 3 },
    { key: "result/loss", value: 0.125 },
  ]);
  t.is(first.params.length, 2);
  const before = server.requests();
  t.is(await mlflow({ url }).update(made), 0);
  t.is(server.requests() - before, 2, "it looks, and writes nothing");

  const many: TrackedStudy = {
    name: made.name,
    directions: made.directions,
    metricNames: made.metricNames,
    trials: () => made.trials(),
  };
  for (let step = 2; step <= 2500; step++) third.report(step, step);
  await made.tell(third, 0.5);
  t.is(await mlflow({ url }).update(many), 1);
  t.is(named("trial 2").metrics.length, 2501);
  t.is(named("trial 2").status, "FINISHED");
  t.is(server.runs.size, 4);
  server.close();
});

test("an MLflow that can't be reached is told, with the remedy", async (t) => {
  const { made } = await study();
  await t.throwsAsync(mlflow({ url: "http://127.0.0.1:9" }).update(made), {
    message: /MLflow at http:\/\/127\.0\.0\.1:9 can't be reached: .*--url/,
  });
});
