import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { Rng } from "../../../numerics/rng.ts";

/** What a coordinator answered to the end of a trial. */
export interface Telling {
  readonly number: number;
  readonly lease: string;
  readonly answer: string;
}

/** Stands between workers and their coordinator, which may be away, and sends some of their ends twice. */
export interface DoublingProxy {
  readonly port: number;
  readonly tellings: readonly Telling[];
  /** How many ends were sent twice. */
  readonly doubled: number;
  /** While it is cut, nothing passes, and no line is closed. */
  cut(isCut: boolean): void;
  end(): void;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** @param share of the ends that are sent twice */
export async function doublingProxy(
  host: string,
  port: number,
  rng: Rng,
  share: number,
): Promise<DoublingProxy> {
  const tellings: Telling[] = [];
  let doubled = 0;
  let isCut = false;
  const forward = async (from: IncomingMessage, body: Buffer): Promise<Answer> => {
    const sent = request({
      host: "127.0.0.1",
      port,
      path: from.url,
      method: from.method,
      agent: false,
      headers: from.headers,
    });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const got = await bodyOf(answer);
    const isTell = from.url?.endsWith("/tell") === true && answer.statusCode === 200;
    if (isTell) {
      const { number, lease } = JSON.parse(body.toString()) as Telling;
      tellings.push({ number, lease, answer: JSON.parse(got.toString()) as string });
    }
    const type = answer.headers["content-type"] ?? "";
    return { status: answer.statusCode ?? 502, type, body: got };
  };
  const answer = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    try {
      const body = await bodyOf(from);
      if (isCut) return;
      const isTwice = from.url?.endsWith("/tell") === true && rng.uniform() < share;
      // At the same moment, or one after the other.
      const first = forward(from, body);
      if (isTwice && rng.uniform() < 0.5) await first;
      const got = isTwice ? await Promise.all([first, forward(from, body)]) : [await first];
      if (isTwice) doubled++;
      const { status, type, body: last } = got.at(-1)!;
      if (!isCut) to.writeHead(status, { "content-type": type }).end(last);
    } catch {
      // As proxies do, some more politely than others.
      if (isCut) return;
      if (rng.uniform() < 0.5) to.destroy();
      else to.writeHead(502, { "content-type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
    }
  };
  const server = createServer((from, to) => void answer(from, to));
  server.listen(0, host);
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    tellings,
    get doubled() {
      return doubled;
    },
    cut: (is) => {
      isCut = is;
    },
    end: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
