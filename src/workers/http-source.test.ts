import test from "ava";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { HpoError } from "../errors/errors.ts";
import { httpSource } from "./http-source.ts";

/** A server that gives the answers that it was told, call after call. */
async function answering(answers: readonly ((to: ServerResponse) => void)[]): Promise<Server> {
  let count = 0;
  const server = createServer((from, to) => {
    from.resume();
    answers[Math.min(count++, answers.length - 1)](to);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const urlOf = (server: Server): URL =>
  new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}/a/s`);
const right = (value: unknown) => (to: ServerResponse) => void to.end(JSON.stringify(value));
const html = (status: number) => (to: ServerResponse) =>
  void to.writeHead(status, { "content-type": "text/html" }).end("<h1>Sorry</h1>");

test("whatever a proxy says while the coordinator is away, a result is told when it is back", async (t) => {
  const server = await answering([
    right("go on"),
    html(502),
    html(200),
    html(404),
    (to) => void to.writeHead(200, { "content-length": 7 }).write('"tak', () => to.destroy()),
    (to) => void to.destroy(),
    (to) => void to.writeHead(200).end(),
    right("taken"),
  ]);
  t.teardown(() => server.close());
  const notes: string[] = [];
  const source = httpSource({ url: urlOf(server), note: (text) => void notes.push(text) });
  const held = { number: 0, lease: "l" };
  const news = { from: 0, items: [] };
  t.is(await source.report(held, news), "go on");
  const end = { state: "complete", values: [1] } as const;
  t.is(await source.tell(held, news, { end, system: {} }), "taken");
  t.regex(notes.join("; "), /can't be reached .*: what runs goes on.*answers again/);
});

test("what never was a coordinator is told of at once", async (t) => {
  const server = await answering([html(404)]);
  t.teardown(() => server.close());
  const source = (url: URL) => httpSource({ url, note: t.log });
  await t.throwsAsync(source(urlOf(server)).facts(), {
    instanceOf: HpoError,
    message: /status 404/,
  });
  const secure = new URL(urlOf(server).href.replace("http:", "https:"));
  await t.throwsAsync(source(secure).facts(), {
    message: /no safe connection.*NODE_EXTRA_CA_CERTS/s,
  });
});
