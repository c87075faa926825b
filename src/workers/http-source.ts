import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { HpoError } from "../errors/errors.ts";
import { fromJson, toJson } from "../storage/json.ts";
import { backoffMs } from "../system/backoff.ts";
import { workerHeaders, type Call } from "./work-protocol.ts";
import type { ClaimAnswer, HeldHere, ServedFacts, Verdict, WorkSource } from "./work-source.ts";

export interface HttpSourceOptions {
  /** `http://head:8080/NAME`. */
  readonly url: URL;
  readonly token?: string;
  /** Told once when the coordinator can't be reached, and once when it can again. */
  readonly note: (message: string) => void;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
}

/** Longer than a claim waits. */
const TIMEOUT_MS = 40_000;
/** A worker that ends waits no longer for who may be away. */
const LEAVE_MS = 1000;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * A coordinator, reached by HTTP. What can't be sent now is sent again until it can, for ever: each
 * call may be sent twice. @throws HpoError what the coordinator refuses, with its reason
 */
export function httpSource(options: HttpSourceOptions): WorkSource {
  const { url, token, note, signal } = options;
  const isSecure = url.protocol === "https:";
  const agent = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true });
  // What stands before the study's name is a proxy's, which may have more to serve.
  const [, base, study] = /^(.*\/)([^/]+)\/?$/.exec(url.pathname)!;
  const headers = workerHeaders(token);
  const shown = `${url.protocol}//${url.host}`;
  let isAway = false;
  let isKnown = false;

  const once = (call: Call, body: string, stop?: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const send = isSecure ? requestHttps : requestHttp;
      const request = send(
        new URL(`${base}v1/studies/${study}/${call}`, url),
        {
          method: "POST",
          agent,
          timeout: TIMEOUT_MS,
          signal: stop,
          headers: {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(chunks).toString("utf8"),
            }),
          );
        },
      );
      request.on("timeout", () => request.destroy(new Error("no answer came")));
      request.on("error", reject);
      request.end(body);
    });

  const call = async <Result>(name: Call, given: object, stop?: AbortSignal): Promise<Result> => {
    const body = toJson(given, "a message");
    for (let tries = 0; ; tries++) {
      let trouble: string;
      try {
        const { status, text } = await once(name, body, stop);
        if (status === 200) {
          const result = fromJson(text) as Result;
          isKnown = true;
          if (isAway) note(`${shown} answers again.`);
          isAway = false;
          return result;
        }
        const told = toldBy(text);
        // Once it was there, what speaks otherwise is something between, while it is away.
        const isElse = told === undefined && isKnown;
        trouble = told ?? `status ${status}`;
        if (!isPassing(status) && !isElse) throw new HpoError(`${shown}: ${trouble}`);
      } catch (error) {
        if (isUntrusted(error)) throw new HpoError(`${shown}: ${untrusted(error as Error)}`);
        if (error instanceof HpoError || (stop ?? signal)?.aborted) throw error;
        trouble = (error as Error).message;
      }
      if (tries === 2 && !isAway) {
        isAway = true;
        note(`${shown} can't be reached (${trouble}): what runs goes on, and is told when it can.`);
      }
      await sleep(backoffMs(tries), undefined, { signal: stop ?? signal });
    }
  };

  return {
    facts: (stop) => call<ServedFacts>("facts", {}, stop),
    claim: (slot, stop) => call<ClaimAnswer>("claim", slot, stop),
    report: (held, news) => call<Verdict>("report", { ...held, news }),
    beat: (worker, held) => call<readonly HeldHere[]>("beat", { worker, held }),
    tell: (held, news, { end, system }) => call("tell", { ...held, news, end, system }),
    release: (held) => call("release", { ...held }),
    leave: async (worker) => {
      const body = toJson({ worker }, "a message");
      await once("leave", body, AbortSignal.timeout(LEAVE_MS)).catch(() => undefined);
    },
  };
}

/** A proxy's or a coordinator's that restarts, has too much to do, or waits for its database. */
const isPassing = (status: number): boolean =>
  status === 429 || status === 500 || (status >= 502 && status <= 504);

/** What the coordinator itself says of a refusal. */
function toldBy(text: string): string | undefined {
  try {
    const { error } = fromJson(text) as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    // Something between them answered.
    return undefined;
  }
}

/** Waiting does not mend a certificate. */
const isUntrusted = (error: unknown): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|EPROTO|ERR_SSL/.test(
    String((error as NodeJS.ErrnoException).code),
  );

const untrusted = ({ message }: Error): string =>
  `no safe connection (${message}). Make the authority of its certificate known by ` +
  "NODE_EXTRA_CA_CERTS=ca.pem, and see that name and https are right.";
