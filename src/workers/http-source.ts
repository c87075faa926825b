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
  /** Called once when the coordinator can't be reached, and once when it can again. */
  readonly note: (message: string) => void;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
}

/** Longer than the coordinator lets a claim wait. */
const TIMEOUT_MS = 40_000;
/** How long a worker that ends waits for a coordinator that may be away. */
const LEAVE_MS = 1000;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * A coordinator, reached by HTTP. A call that can't get through is repeated until it does, however
 * long that takes, so each may arrive twice.
 * @throws HpoError with the coordinator's reason, if it refuses a call
 */
export function httpSource(options: HttpSourceOptions): WorkSource {
  const { url, token, note, signal } = options;
  const isSecure = url.protocol === "https:";
  const agent = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true });
  // The path before the study's name may be that of a proxy, which may serve other things too.
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
        // Once the coordinator has answered, an answer without its JSON is a proxy's while it is
        // away.
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
    tell: (held, news, told) => call("tell", { ...held, news, ...told }),
    release: (held) => call("release", { ...held }),
    leave: async (worker) => {
      const body = toJson({ worker }, "a message");
      await once("leave", body, AbortSignal.timeout(LEAVE_MS)).catch(() => undefined);
    },
  };
}

/**
 * Whether to try again: a proxy or coordinator restarts, is overloaded, or waits for its database.
 */
const isPassing = (status: number): boolean =>
  status === 429 || status === 500 || (status >= 502 && status <= 504);

/** The coordinator's own reason for a refusal. */
function toldBy(text: string): string | undefined {
  try {
    const { error } = fromJson(text) as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    // It is not JSON: a proxy answered.
    return undefined;
  }
}

/** Whether TLS failed, which trying again does not mend. */
const isUntrusted = (error: unknown): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|EPROTO|ERR_SSL/.test(
    String((error as NodeJS.ErrnoException).code),
  );

const untrusted = ({ message }: Error): string =>
  `no safe connection (${message}). Make the authority of its certificate known by ` +
  "NODE_EXTRA_CA_CERTS=ca.pem, and see that name and https are right.";
