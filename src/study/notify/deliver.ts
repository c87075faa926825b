import { spawn } from "node:child_process";
import { once } from "node:events";
import { killGroup } from "../../system/kill-group.ts";
import type { Receiver } from "./notify-options.ts";

/** How long a receiver may take. */
const PATIENCE_MS = 10_000;

/** @returns why the receiver did not take it, without its address; undefined if it did */
export const deliver = (receiver: Receiver, body: string): Promise<string | undefined> =>
  receiver.kind === "url" ? post(receiver.url, body) : run(receiver.words, body);

async function post(url: URL, body: string): Promise<string | undefined> {
  const target = new URL(url);
  const { username, password } = target;
  target.username = target.password = "";
  const account = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = {
    "content-type": "application/json",
    ...(account !== ":" && { authorization: `Basic ${Buffer.from(account).toString("base64")}` }),
  };
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    // A redirect is not followed: the user named this address and no other.
    const answer = await fetch(target, {
      method: "POST",
      headers,
      body,
      signal,
      redirect: "manual",
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return name === "TimeoutError" ? LATE : `it can't be reached (${cause?.code ?? name})`;
  }
}

const LATE = `it took more than ${PATIENCE_MS / 1000} s`;

async function run(
  [program, ...words]: readonly string[],
  body: string,
): Promise<string | undefined> {
  let isLate = false;
  try {
    const child = spawn(program, words, { stdio: ["pipe", "ignore", "ignore"], detached: true });
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(child.pid!, "SIGKILL");
    }, PATIENCE_MS);
    // The program may end without reading its stdin; that is no error.
    child.stdin.on("error", () => undefined).end(body);
    const [code, signal] = (await once(child, "exit").finally(() => clearTimeout(timer))) as [
      number | null,
      string | null,
    ];
    if (isLate) return LATE;
    return code === 0 ? undefined : `it ended with ${code ?? signal}`;
  } catch (error) {
    return `it can't be run (${(error as NodeJS.ErrnoException).code ?? (error as Error).name})`;
  }
}
