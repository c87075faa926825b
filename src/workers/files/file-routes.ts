import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { HpoError } from "../../errors/errors.ts";
import { schemaProblems } from "../../errors/schema-problems.ts";
import type { ActiveTrial } from "../../study/trial/active-trial.ts";
import { fileQuery, offerSchema, PART_BYTES, type FileQuery, type Offer } from "./file-protocol.ts";
import type { FileStore, TrialPlace } from "./file-store.ts";

/** The files of a served study, for the workers that hold its trials. */
export interface ServedFiles {
  readonly store: FileStore;
  /** The trial's folder, and that of the one it goes on from; undefined if this lease does not hold it. */
  readonly place: (number: number, lease: string) => Promise<HeldPlace | undefined>;
}

export interface HeldPlace extends TrialPlace {
  readonly from?: { readonly number: number; readonly directory: string };
}

/** Where the coordinator keeps the files of a trial, and of the one that it goes on from. */
export function heldPlace(trial: ActiveTrial | undefined, lease: string): HeldPlace | undefined {
  if (!trial) return undefined;
  const { number, directoryPath: directory, continueFrom: from } = trial;
  return { number, lease, directory, ...(from && { from }) };
}

/** A JSON answer of `answerFiles`, with its HTTP status. */
export interface FilesAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers a call of the file protocol. @returns undefined if a file was sent as the answer */
export async function answerFiles(
  { store, place }: ServedFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<FilesAnswer | undefined> {
  const { searchParams } = new URL(request.url ?? "/", "http://coordinator");
  const asked = Object.fromEntries(searchParams);
  const parsed = fileQuery.safeParse(asked);
  if (!parsed.success) return { status: 400, body: { error: schemaProblems(parsed.error, asked) } };
  const query = parsed.data;
  const held = await place(query.number, query.lease);
  if (!held) return { status: 410, body: { error: `Trial ${query.number} is not this worker's.` } };
  try {
    if (request.method === "PUT") return await taken(store, held, query, request);
    if (request.method === "GET") return await given(store, held, query, response);
  } catch (error) {
    if (error instanceof HpoError) return { status: 400, body: { error: error.message } };
    throw error;
  }
  return { status: 404, body: { error: `There is no call ${request.method} files.` } };
}

async function taken(
  store: FileStore,
  held: HeldPlace,
  { path, bytes, sha256, from, log, offer }: FileQuery,
  request: IncomingMessage,
): Promise<FilesAnswer> {
  const part = await partOf(request);
  if (part === undefined) {
    return { status: 413, body: { error: `A part has at most ${PART_BYTES} bytes.` } };
  }
  if (offer) return { status: 200, body: await store.offer(held, offerOf(part)) };
  if (log) {
    if (path === undefined) throw new HpoError("path: which file it is, is missing.");
    return { status: 200, body: { have: await store.append(held, { path, from, part }) } };
  }
  if (bytes === undefined || sha256 === undefined) {
    throw new HpoError("bytes and sha256: the whole file's are missing.");
  }
  return { status: 200, body: await store.receive(held, { bytes, sha256, from, part }) };
}

/** @throws HpoError saying what is wrong with it */
function offerOf(body: Buffer): Offer {
  let given: unknown;
  try {
    given = JSON.parse(body.toString("utf8"));
  } catch {
    throw new HpoError("What is offered is not JSON. Send { files: [{ path, bytes, sha256 }] }.");
  }
  const { success, data, error } = offerSchema.safeParse(given);
  if (success) return data;
  throw new HpoError(schemaProblems(error, given));
}

async function partOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > PART_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function given(
  store: FileStore,
  held: HeldPlace,
  { of, path, from }: FileQuery,
  response: ServerResponse,
): Promise<FilesAnswer | undefined> {
  const owner = of === undefined || of === held.number ? held : held.from;
  if (owner === undefined || (of !== undefined && owner.number !== of)) {
    throw new HpoError(`of=${of}: trial ${held.number} does not go on from that one.`);
  }
  if (path === undefined) return { status: 200, body: await store.list(owner.directory) };
  const full = store.pathOf(owner.directory, path);
  const { size } = await stat(full);
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": Math.max(0, size - from),
  });
  await pipeline(createReadStream(full, { start: from, end: Math.max(from, size - 1) }), response);
  return undefined;
}
