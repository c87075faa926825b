import test from "ava";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
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
