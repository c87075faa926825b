import { setTimeout as sleep } from "node:timers/promises";
import { HpoError } from "../../errors/errors.ts";
import { backoffMs } from "../../system/backoff.ts";
import { workerHeaders } from "../work-protocol.ts";
import type { HeldHere } from "../work-source.ts";
import type { Offer, OfferAnswer, Received, SentPart } from "./file-protocol.ts";
import type { FilesThere } from "./file-store.ts";

/** Calls to a coordinator's file store. A call that can't get through is repeated until it does. */
export interface FileClient {
  /** @returns undefined, as do all calls below, if another worker has the trial by now */
  offer(held: HeldHere, offer: Offer): Promise<OfferAnswer | undefined>;
  send(held: HeldHere, part: SentPart): Promise<Received | undefined>;
  append(held: HeldHere, path: string, from: number, part: Uint8Array): Promise<number | undefined>;
  list(held: HeldHere, of: number): Promise<FilesThere | undefined>;
  /** A file's bytes, starting at `from`. */
  read(held: HeldHere, of: number, path: string, from: number): Promise<Response | undefined>;
}

export interface FileClientOptions {
  /** `http://head:8080/NAME`. */
  readonly url: URL;
  readonly token?: string;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
}

/** Shorter than a lease, as each call counts as a heartbeat. */
const TIMEOUT_MS = 30_000;
const GONE = 410;

export function fileClient({ url, token, signal }: FileClientOptions): FileClient {
  const [, base, study] = /^(.*\/)([^/]+)\/?$/.exec(url.pathname)!;
  const headers = workerHeaders(token);

  const call = async (
    { number, lease }: HeldHere,
    query: Readonly<Record<string, string | number>>,
    body?: Uint8Array,
  ): Promise<Response | undefined> => {
    const target = new URL(`${base}v1/studies/${study}/files`, url);
    for (const [name, value] of Object.entries({ number, lease, ...query })) {
      target.searchParams.set(name, String(value));
    }
    for (let tries = 0; ; tries++) {
      const ends = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
      const init = { method: body ? "PUT" : "GET", headers, body, signal: ends };
      const answer = await fetch(target, init as RequestInit).catch(() => undefined);
      if (answer?.ok) return answer;
      if (answer?.status === GONE) return undefined;
      if (answer && !isPassing(answer.status)) throw new HpoError(await reasonOf(answer));
      signal?.throwIfAborted();
      await sleep(backoffMs(tries), undefined, { signal });
    }
  };
  return {
    offer: async (held, offer) => {
      const answer = await call(held, { offer: 1 }, Buffer.from(JSON.stringify(offer)));
      return (await answer?.json()) as OfferAnswer | undefined;
    },
    send: async (held, { bytes, sha256, from, part }) => {
      const answer = await call(held, { bytes, sha256, from }, part);
      return (await answer?.json()) as Received | undefined;
    },
    append: async (held, path, from, part) => {
      const answer = await call(held, { path, from, log: 1 }, part);
      return ((await answer?.json()) as { have: number } | undefined)?.have;
    },
    list: async (held, of) => {
      const answer = await call(held, { of });
      return (await answer?.json()) as FilesThere | undefined;
    },
    read: (held, of, path, from) => call(held, { of, path, from }),
  };
}

const isPassing = (status: number): boolean =>
  status === 429 || status === 500 || (status >= 502 && status <= 504);

async function reasonOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { error?: unknown };
  return typeof body.error === "string" ? body.error : `status ${answer.status}`;
}
