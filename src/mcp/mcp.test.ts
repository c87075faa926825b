import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import test from "ava";
import { float, searchSpace } from "../space/index.ts";
import { memoryStorage } from "../storage/memory.ts";
import { createStudy } from "../study/open-study.ts";
import type { Storage } from "../contracts/storage.ts";
import { serveMcp } from "./protocol.ts";
import { studyTools } from "./study-tools.ts";

interface Answer {
  readonly id: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Wrong {
  readonly error: string;
}

function client(storage: Storage, isReadOnly = false) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const tools = studyTools(storage, isReadOnly);
  const served = serveMcp({ input, output, tools, version: "1.2.3" });
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  const send = async (line: string): Promise<Answer> => {
    input.write(`${line}\n`);
    return JSON.parse(String((await lines.next()).value)) as Answer;
  };
  let id = 0;
  const request = (method: string, params?: object): Promise<Answer> =>
    send(JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }));
  /** What a tool said, and whether as an error. */
  const call = async <Said>(name: string, given: object = {}): Promise<Said> => {
    const { result } = await request("tools/call", { name, arguments: given });
    const [{ text }] = result!["content"] as { text: string }[];
    return (result!["isError"] === true ? { error: text } : JSON.parse(text)) as Said;
  };
  const notify = (method: string) => input.write(`${JSON.stringify({ jsonrpc: "2.0", method })}\n`);
  const end = async (): Promise<void> => {
    input.end();
    await served;
  };
  return { send, request, call, notify, end };
}

const space = searchSpace({ x: float(0, 1) });

test("a client begins, lists the tools with their schemas, and asks and tells", async (t) => {
  const storage = memoryStorage();
  const study = await createStudy({ name: "s", space }, { storage });
  await study.optimize(({ params }) => params.x, { trials: 12 });
  const { request, call, notify, end } = client(storage);
  const begun = await request("initialize", { protocolVersion: "2025-03-26" });
  t.like(begun.result, {
    protocolVersion: "2025-03-26",
    serverInfo: { name: "hpo", version: "1.2.3" },
  });
  notify("notifications/initialized");
  const { result } = await request("tools/list");
  const tools = result!["tools"] as { name: string; inputSchema: { type: string } }[];
  t.deepEqual(
    tools.map(({ name }) => name),
    ["list_studies", "study", "best", "trials", "importance", "ask", "tell"],
  );
  t.true(tools.every(({ inputSchema }) => inputSchema.type === "object"));
  t.like(await call<object>("list_studies"), [{ name: "s", trials: { complete: 12 } }]);
  t.like(await call<object>("study", { study: "s" }), { name: "s", directions: ["minimize"] });
  t.like(await call<object>("best", { study: "s" }), [{ number: study.best.number }]);
  t.is((await call<unknown[]>("trials", { study: "s", limit: 3 })).length, 3);
  t.like(await call<object>("importance", { study: "s" }), {
    importance: [{ name: "x", share: 1 }],
  });
  t.like(await call<object>("ask", { study: "s" }), { number: 12 });
  t.like(await call<object>("tell", { study: "s", number: 12, values: [-1] }), { values: [-1] });
  t.like(await call<object>("best", { study: "s" }), [{ number: 12 }]);
  await end();
});

test("a model that only reads has nothing that asks or tells", async (t) => {
  const storage = memoryStorage();
  await createStudy({ name: "s", space }, { storage });
  const { request, end } = client(storage, true);
  const { result } = await request("tools/list");
  t.deepEqual(
    (result!["tools"] as { name: string; annotations: { readOnlyHint: boolean } }[])
      .filter(({ annotations }) => annotations.readOnlyHint)
      .map(({ name }) => name),
    ["list_studies", "study", "best", "trials", "importance"],
  );
  const asked = await request("tools/call", { name: "ask", arguments: { study: "s" } });
  t.is(asked.error?.code, -32602);
  await end();
});

test("an error of a tool is told to the model, one of the protocol by its code", async (t) => {
  const storage = memoryStorage();
  await createStudy({ name: "study", space }, { storage });
  const { send, request, call, end } = client(storage);
  t.regex((await call<Wrong>("best", { study: "stduy" })).error, /no study "stduy".*"study"/);
  t.regex((await call<Wrong>("ask", { study: "./evil.ts" })).error, /no study "\.\/evil\.ts"/);
  t.regex((await call<Wrong>("trials", { study: "study", limit: 0 })).error, /limit/);
  t.regex((await call<Wrong>("best", { study: "study", more: 1 })).error, /more/);
  t.is((await send("{")).error?.code, -32700);
  t.is((await send("[]")).error?.code, -32600);
  t.is((await request("resources/list")).error?.code, -32601);
  t.deepEqual((await request("ping")).result, {});
  await end();
});
