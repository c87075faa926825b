import test from "ava";
import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import { httpSource } from "./http-source.ts";
import { PROTOCOL, PROTOCOL_HEADER } from "./work-protocol.ts";
import { serveWork } from "./work-server.ts";
import type { WorkSource } from "./work-source.ts";

test("what is no message is refused by what is wrong with it, and reaches no study", async (t) => {
  const studies = new Map([["s", {} as WorkSource]]);
  const gate = async () => undefined;
  const server = await serveWork({ studies, gate, host: "127.0.0.1", port: 0 });
  t.teardown(() => server.close());
  const post = async (path: string, body: string) => {
    const url = `http://127.0.0.1:${server.port}${path}`;
    const headers = { [PROTOCOL_HEADER]: String(PROTOCOL) };
    const answer = await fetch(url, { method: "POST", body, headers });
    return [answer.status, ((await answer.json()) as { error: string }).error] as const;
  };
  const cases: readonly (readonly [string, string, number, RegExp])[] = [
    ["/v1/studies/s/claim", "garbage", 400, /message "garbage" is not JSON/],
    ["/v1/studies/s/claim", "[]", 400, /Expected an object/],
    ["/some/proxy/v1/studies/s/claim", "[]", 400, /Expected an object/],
    ["/v1/studies/a/b/claim", "{}", 404, /"a\/b" is not served here/],
    ["/v1/studies/s/constructor", "{}", 404, /no call POST constructor/],
    ["/v1/studies/%ff/claim", "{}", 400, /name %ff is not percent-encoded/],
    ["/v1/studies/__proto__/claim", "{}", 404, /"__proto__" is not served here; "s" is/],
    ["//", "{}", 404, /nothing here/],
  ];
  for (const [path, body, status, said] of cases) {
    const [code, error] = await post(path, body);
    t.is(code, status, path);
    t.regex(error, said);
  }
  const tooLong = request(`http://127.0.0.1:${server.port}/v1/studies/s/tell`, {
    method: "POST",
    headers: { [PROTOCOL_HEADER]: String(PROTOCOL), "content-length": 2 ** 26 + 1 },
  });
  tooLong.on("error", () => undefined).flushHeaders();
  const [answer] = (await once(tooLong, "response")) as [IncomingMessage];
  t.is(answer.statusCode, 413, "refused before it is sent");
  tooLong.destroy();
});

test("a worker and a coordinator of other versions are told both, and what to do", async (t) => {
  const studies = new Map([["s", {} as WorkSource]]);
  const gate = async () => undefined;
  const server = await serveWork({ studies, gate, host: "127.0.0.1", port: 0 });
  t.teardown(() => server.close());
  const said = async (call: string, headers: Record<string, string>): Promise<string> => {
    const url = `http://127.0.0.1:${server.port}/v1/studies/s/${call}`;
    const answer = await fetch(url, { method: "POST", body: "{}", headers });
    t.is(answer.status, 426);
    return ((await answer.json()) as { error: string }).error;
  };
  t.regex(
    await said("claim", { "hpo-protocol": "1" }),
    /coordinator is hpo \d.* speaks protocol 2; who called speaks 1\. Install hpo \d.* where the worker/,
  );
  t.regex(
    await said("tell", { "hpo-protocol": "9", "hpo-version": "7.0.0" }),
    /speaks 9, as hpo 7\.0\.0\. Start the coordinator with that version/,
  );
  t.regex(await said("files", {}), /who called speaks none/);
  // A program's protocol has its own version, which changes between workers don't touch.
  t.regex(await said("do", { "hpo-protocol": "2" }), /speaks protocol 1; who called speaks 2/);
});

test("what a coordinator of another version says ends a worker at once", async (t) => {
  const older = createServer((_request, response) => {
    const error =
      "The coordinator speaks protocol 1, the worker 2. Install the same version of hpo on both.";
    response.writeHead(426, { "content-type": "application/json" }).end(JSON.stringify({ error }));
  }).listen(0, "127.0.0.1");
  await once(older, "listening");
  t.teardown(() => older.close());
  const { port } = older.address() as { port: number };
  const source = httpSource({ url: new URL(`http://127.0.0.1:${port}/s`), note: () => undefined });
  await t.throwsAsync(source.facts(), { message: /protocol 1, the worker 2\. Install the same/ });
});
