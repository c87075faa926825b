import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { Storage } from "../contracts/storage.ts";
import { HpoError, StorageError } from "../errors/errors.ts";
import { schemaProblems } from "../errors/schema-problems.ts";
import { fromJson, toJson } from "../storage/json.ts";
import { packageVersion } from "../system/package-version.ts";
import { answerFiles, type ServedFiles } from "./files/file-routes.ts";
import type { z } from "../vendor/zod.ts";
import {
  CALLS,
  MAX_BODY_BYTES,
  PROGRAM_PROTOCOL,
  PROTOCOL,
  PROTOCOL_HEADER,
  VERSION_HEADER,
  type Call,
  type CallBody,
} from "./work-protocol.ts";
import type { AskingPrograms } from "./asking-programs.ts";
import type { Present } from "./heard-workers.ts";
import { answerRead, isReadCall, PRESENT_CALL } from "./read-calls.ts";
import { studyToWire } from "./record-json.ts";
import { steer, STEER_CALL } from "./steer-call.ts";
import type { TokenGate } from "./tokens/token-gate.ts";
import type { WorkSource } from "./work-source.ts";

export interface ServedSource extends WorkSource {
  readonly present?: Present;
}

export interface WorkServerOptions {
  /** The studies that are served, by name. */
  readonly studies: ReadonlyMap<string, ServedSource>;
  readonly host: string;
  /** The port to listen on; 0 lets the system choose a free one. */
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly gate: TokenGate;
  /** Programs that ask the same studies by themselves, by the studies' names. */
  readonly programs?: ReadonlyMap<string, AskingPrograms>;
  /** The file stores of studies whose workers may send trials' files, by the studies' names. */
  readonly files?: ReadonlyMap<string, ServedFiles>;
  /** What may be read of the studies, and done to their trials; nothing if left out. */
  readonly storage?: Storage;
}

export interface WorkServer {
  readonly port: number;
  close(): Promise<void>;
}

/** An answer other than 200. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Serves studies to workers. @throws HpoError if the address is taken */
export async function serveWork(options: WorkServerOptions): Promise<WorkServer> {
  const answer = (request: IncomingMessage, response: ServerResponse): void =>
    void respond(options, request, response);
  const server = options.tls ? createHttps(options.tls, answer) : createHttp(answer);
  // Longer than clients keep an idle connection, so that none is cut as it is used again.
  server.keepAliveTimeout = 120_000;
  const { host, port } = options;
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ message }: Error) =>
      reject(new HpoError(`--listen ${host}:${port}: ${message}. Choose another address or port.`)),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  options: WorkServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const answer = await handle(options, request, response, gone.signal);
    if (answer !== SENT) send(response, 200, answer);
  } catch (error) {
    // Amid a file, only a broken connection shows the client that something failed.
    if (response.headersSent) return void response.destroy();
    const status = statusOf(error);
    if (status === 503) response.setHeader("retry-after", "1");
    send(response, status, { error: (error as Error).message });
  }
}

function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status;
  if (error instanceof StorageError) return 503;
  return error instanceof HpoError ? 400 : 500;
}

/** Reads what a client sent. @throws Refusal saying what is wrong with it */
function understood<T>(read: () => T, problem: string): T {
  try {
    return read();
  } catch {
    throw new Refusal(400, problem);
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  const text = toJson(body ?? null, "an answer");
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

async function handle(
  options: WorkServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<unknown> {
  const { studies, storage } = options;
  const { pathname, searchParams } = new URL(`http://host${request.url ?? "/"}`);
  // A proxy may leave its own path in front, and decode a / in the name.
  const [, rest] = /^.*?\/v1\/studies(?:\/(.+))?$/.exec(pathname) ?? [];
  const isList = request.method === "GET" && pathname.endsWith("/v1/studies");
  if (isList && storage) return listed(options, storage, request);
  const [, encoded, call] = /^(.+)\/([a-z]+)$/.exec(rest ?? "") ?? [];
  if (encoded === undefined)
    throw new Refusal(404, "There is nothing here: /v1/studies/NAME/CALL.");
  const name = understood(
    () => decodeURIComponent(encoded),
    `The study's name ${encoded} is not percent-encoded UTF-8. Encode it as encodeURIComponent does.`,
  );
  const isLook = request.method === "GET" && call !== "files";
  const needed = isLook ? "read" : call === "steer" ? "admin" : "work";
  const refusal = await options.gate(name, tokenOf(request), needed);
  if (refusal) throw new Refusal(refusal.status, refusal.message);
  const source = studies.get(name);
  if (!source) {
    const served = [...studies.keys()].map((each) => `"${each}"`).join(", ");
    throw new Refusal(404, `Study ${JSON.stringify(name)} is not served here; ${served} is.`);
  }
  if (request.method === "GET" && call === PRESENT_CALL) return source.present ?? null;
  if (request.method === "GET" && storage && isReadCall(call)) {
    const record = await storage.findStudy(name);
    if (record) return answerRead(storage, record, call, searchParams);
  }
  checkProtocol(request, call);
  if (call === "files") return filesAnswer(options.files?.get(name), request, response);
  const isSteered = call === "steer" && storage !== undefined;
  if (request.method !== "POST" || !(isSteered || Object.hasOwn(CALLS, call))) {
    throw new Refusal(404, `There is no call ${request.method} ${call}.`);
  }
  const body = await bodyOf(request);
  const message = understood(
    () => fromJson(body),
    `The message ${JSON.stringify(body.slice(0, 60))} is not JSON. Send one object.`,
  );
  if (isSteered) return steer(storage, name, checked(STEER_CALL, message));
  const told = checked<unknown>(CALLS[call as Call], message);
  if (call === "do") {
    const { program, question } = told as CallBody<"do">;
    return { answer: (await options.programs?.get(name)?.answer(program, question)) ?? null };
  }
  return perform(source, call as Exclude<Call, "do">, told as never, signal);
}

/** @throws Refusal saying what of the message is wrong */
function checked<T>(schema: z.ZodType<T>, message: unknown): T {
  const { success, data, error } = schema.safeParse(message);
  if (success) return data;
  throw new Refusal(400, schemaProblems(error, message));
}

/** The served studies that the token may read. */
async function listed(
  { studies, gate }: WorkServerOptions,
  storage: Storage,
  request: IncomingMessage,
): Promise<unknown> {
  const all = (await storage.listStudies()).filter(({ name }) => studies.has(name));
  const refusals = await Promise.all(all.map(({ name }) => gate(name, tokenOf(request), "read")));
  const open = all.filter((_, index) => !refusals[index]);
  const refusal = refusals.find((each) => each !== undefined);
  if (open.length === 0 && refusal) throw new Refusal(refusal.status, refusal.message);
  return open.map(studyToWire);
}

const tokenOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];

/** @throws Refusal naming both versions, and what to install where */
function checkProtocol({ headers }: IncomingMessage, call: string): void {
  const wanted = call === "do" ? PROGRAM_PROTOCOL : PROTOCOL;
  const given = headers[PROTOCOL_HEADER];
  if (given === String(wanted)) return;
  const own = packageVersion();
  const theirs = headers[VERSION_HEADER];
  const isNewer = Number(given) > wanted;
  throw new Refusal(
    426,
    `The coordinator is hpo ${own} and speaks protocol ${wanted}; who called speaks ` +
      `${String(given ?? "none")}${theirs === undefined ? "" : `, as hpo ${String(theirs)}`}. ` +
      (isNewer
        ? `Start the coordinator with that version, or install hpo ${own} where the worker runs.`
        : `Install hpo ${own} where the worker runs.`),
  );
}

/** Stands for an answer that was sent already. */
const SENT = Symbol("sent");

async function filesAnswer(
  served: ServedFiles | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<unknown> {
  if (!served) throw new Refusal(404, "This coordinator takes no files.");
  const answer = await answerFiles(served, request, response);
  if (!answer) return SENT;
  if (answer.status === 200) return answer.body;
  throw new Refusal(answer.status, (answer.body as { error: string }).error);
}

function perform(
  source: WorkSource,
  call: Exclude<Call, "do">,
  body: CallBody<"claim"> & CallBody<"report"> & CallBody<"beat"> & CallBody<"tell">,
  signal: AbortSignal,
): Promise<unknown> {
  switch (call) {
    case "facts":
      return source.facts();
    case "claim":
      return source.claim(body, signal);
    case "report":
      return source.report(body, body.news);
    case "beat":
      return source.beat(body.worker, body.held);
    case "tell":
      return source.tell(body, body.news, body);
    case "release":
      return source.release(body);
    case "leave":
      return source.leave(body.worker);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const check = (bytes: number): void => {
    if (bytes <= MAX_BODY_BYTES) return;
    throw new Refusal(413, `A message has at most ${MAX_BODY_BYTES} bytes. Report less at once.`);
  };
  check(Number(request.headers["content-length"] ?? 0));
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    check(size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8") || "{}";
}
