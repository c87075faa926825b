import { once } from "node:events";
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import test from "ava";
import { median } from "../pruners/index.ts";
import { float, searchSpace } from "../space/index.ts";
import { memoryStorage } from "../storage/memory.ts";
import { loadStudy } from "../study/load-study.ts";
import { createStudy, openStudy } from "../study/open-study.ts";
import type { Storage } from "../contracts/storage.ts";
import type { TrialJson } from "../export/trial-json.ts";
import type { AskedJson } from "./messages.ts";
import { serveStdio } from "./stdio.ts";

interface Said {
  readonly id: unknown;
  readonly answer?: unknown;
  readonly error?: string;
  readonly note?: string;
}

/** Who asks, and waits for the answer of each question. */
function asker(storage: Storage, study?: string) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = serveStdio({
    input,
    output,
    study,
    open: (given) =>
      typeof given === "string"
        ? loadStudy(given, { storage, pruner: median({ startupTrials: 1 }) })
        : openStudy(given as { name: string }, { storage }),
  });
  const notes: string[] = [];
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  const hear = async (): Promise<Said> => {
    const said = JSON.parse(String((await lines.next()).value)) as Said;
    if (said.note === undefined) return said;
    notes.push(said.note);
    return hear();
  };
  let id = 0;
  const askLine = async (line: string): Promise<Said> => {
    input.write(`${line}\n`);
    return hear();
  };
  const ask = async (what: object): Promise<unknown> => {
    const { answer, error, ...said } = await askLine(JSON.stringify({ id: ++id, ...what }));
    if (error !== undefined) throw new Error(error);
    if (said.id !== id) throw new Error(`answered ${String(said.id)}, asked ${id}`);
    return answer;
  };
  const end = async (): Promise<void> => {
    input.end();
    await served;
  };
  return { ask, askLine, hear, end, notes };
}

const space = searchSpace({ x: float(0, 1) });

test("a study is asked, reported to and told by lines of JSON, and prunes", async (t) => {
  const storage = memoryStorage();
  await createStudy({ name: "s", space }, { storage });
  const { ask, hear, end } = asker(storage, "s");
  t.deepEqual(await hear(), {
    id: null,
    answer: { name: "s", directions: ["minimize"], metricNames: null },
  } as Said);
  const [first, second] = (await ask({ do: "ask", count: 2 })) as AskedJson[];
  t.deepEqual([first.number, second.number], [0, 1]);
  t.deepEqual(Object.keys(first.params), ["x"]);
  t.deepEqual(await ask({ do: "report", number: 0, step: 1, value: 1, log: { g: 2 } }), {
    stop: false,
  });
  await ask({ do: "attrs", number: 0, attrs: { by: "hand" } });
  const told = (await ask({ do: "tell", number: 0, values: 0.5, constraints: [-1] })) as TrialJson;
  t.like(told, { state: "complete", values: [0.5], userAttrs: { by: "hand" } });
  t.deepEqual(await ask({ do: "report", number: 1, step: 1, value: 9 }), { stop: true });
  t.like(await ask({ do: "tell", number: 1, state: "pruned" }), { state: "pruned", values: [9] });
  t.is(await ask({ do: "enqueue", params: { x: 0.25 } }), 2);
  const [third] = (await ask({ do: "ask" })) as AskedJson[];
  t.deepEqual(third.params, { x: 0.25 });
  t.like(await ask({ do: "tell", number: 2, values: "NaN" }), {
    failure: { reason: "diverged" },
  });
  t.deepEqual(
    ((await ask({ do: "best" })) as TrialJson[]).map(({ number }) => number),
    [0],
  );
  t.is(((await ask({ do: "trials" })) as TrialJson[]).length, 3);
  await end();
});

test("a trial that is not told is handed back: it is the next one, as it was", async (t) => {
  const storage = memoryStorage();
  await createStudy({ name: "s", space }, { storage });
  const one = asker(storage, "s");
  await one.hear();
  const [left, released] = (await one.ask({ do: "ask", count: 2 })) as AskedJson[];
  await one.ask({ do: "release", number: released.number });
  await one.end();
  const other = asker(storage, "s");
  await other.hear();
  const again = (await other.ask({ do: "ask", count: 2 })) as AskedJson[];
  t.deepEqual(
    again.map(({ number, params, seed }) => ({ number, params, seed })),
    [left, released].map(({ number, params, seed }) => ({ number, params, seed })),
  );
  await other.end();
});

test("no more trials are given than the study is to have", async (t) => {
  const storage = memoryStorage();
  await createStudy({ name: "s", space, trials: 2 }, { storage });
  const { ask, hear, end } = asker(storage, "s");
  await hear();
  await t.throwsAsync(async () => ask({ do: "ask", count: 1e9 }), { message: /at most 10000/ });
  t.is(((await ask({ do: "ask", count: 3 })) as AskedJson[]).length, 2);
  t.deepEqual(await ask({ do: "ask" }), []);
  await end();
});

test("a study without a space is asked for each parameter, and learns of trials run elsewhere", async (t) => {
  const { ask, end } = asker(memoryStorage());
  await t.throwsAsync(ask({ do: "ask" }), { message: /No study is open\. Ask \{ do: "open"/ });
  await ask({ do: "open", study: { name: "free", direction: "maximize" } });
  const distribution = {
    name: "FloatDistribution",
    attributes: { low: 1, high: 2, log: false, step: null },
  };
  const trial = { params: { x: 1.5 }, distributions: { x: distribution }, state: "complete" };
  const failure = { reason: "unknown", message: "elsewhere" };
  const trials = [
    { ...trial, values: 3, reports: [{ step: 1, value: null }] },
    { ...trial, state: "failed", failure },
  ];
  t.deepEqual(await ask({ do: "add", trials }), [0, 1]);
  const [{ number }] = (await ask({ do: "ask" })) as AskedJson[];
  const x = (await ask({ do: "suggest", number, name: "x", distribution })) as number;
  t.true(x >= 1 && x <= 2);
  t.like(await ask({ do: "tell", number, values: [4] }), { params: { x }, values: [4] });
  t.deepEqual(((await ask({ do: "best" })) as TrialJson[])[0].values, [4]);
  await end();
});

test("what is wrong with a question is told, and the next one is answered", async (t) => {
  const storage = memoryStorage();
  await createStudy({ name: "s", space }, { storage });
  const { ask, askLine, hear, end } = asker(storage, "s");
  await hear();
  const wrong = async (line: string): Promise<string> => (await askLine(line)).error ?? "none";
  t.regex(await wrong("{"), /The line is no JSON/);
  t.regex(await wrong('{"id": 1, "do": "dance"}'), /do: There is no "dance".*"open", "ask"/);
  t.regex(await wrong('{"id": 1, "do": "ask", "cuont": 2}'), /cuont/);
  t.regex(
    await wrong('{"id": 1, "do": "report", "number": 0}'),
    /value: It is missing: expected a number or text/,
  );
  t.regex(
    await wrong('{"id": 1, "do": "report", "number": 7, "step": 1, "value": 1}'),
    /Trial 7 was/,
  );
  t.regex(
    await wrong('{"id": 1, "do": "tell", "number": 0, "values": "x"}'),
    /values: Expected a number, got "x"/,
  );
  t.regex(await wrong('{"id": 1, "do": "tell", "number": 7}'), /has no trial 7/);
  const attrs = '"do": "attrs", "number": 0, "attrs": {"a": {"__proto__": 1}}';
  t.regex(await wrong(`{"id": 1, ${attrs}}`), /Nothing can be called "__proto__"/);
  t.regex(await wrong('{"id": 1, "do": "open", "study": "s"}'), /is open already/);
  t.is(((await ask({ do: "ask" })) as AskedJson[])[0].number, 0);
  await end();
});

test("the answers end with the input", async (t) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = serveStdio({ input, output, open: () => Promise.reject(new Error("none")) });
  input.end('{"id": "a", "do": "open", "study": "s"}\n');
  await served;
  output.end();
  const [line] = (await once(createInterface({ input: output }), "line")) as [string];
  t.deepEqual(JSON.parse(line), { id: "a", error: "none" });
});
