import { closeSync, fstatSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import { OUTPUT_FILES } from "../../runner/output/output-file.ts";
import { filesIn, isLog } from "../../study/cleaning/trial-files.ts";
import type { HeldHere } from "../work-source.ts";
import type { FileClient } from "./file-client.ts";
import { hashOfFile } from "./file-hash-of.ts";
import { PART_BYTES } from "./file-protocol.ts";

/** Files that stay with the worker, and why. */
export interface StayedHere {
  readonly files: number;
  readonly bytes: number;
  readonly why: string;
}

/** A file may be written while it is sent. */
const TRIES = 3;
const LOG_PART_BYTES = 2 ** 20;

/**
 * Sends all that a trial keeps, what it printed first.
 * @returns what stays, undefined where nothing does
 */
export async function sendFiles(
  client: FileClient,
  held: HeldHere,
  directory: string,
): Promise<StayedHere | undefined> {
  const all = filesIn(directory);
  const inOrder = [...all.filter(isLog), ...all.filter((file) => !isLog(file))];
  let stayed: StayedHere | undefined;
  for (const file of inOrder) {
    const why = await sendFile(client, held, directory, file.path);
    // Another worker's now: what is here is of an attempt that does not count.
    if (why === "lost") return undefined;
    if (why !== undefined) {
      const { files, bytes } = stayed ?? { files: 0, bytes: 0 };
      stayed = { files: files + 1, bytes: bytes + file.bytes, why: stayed?.why ?? why };
    }
  }
  return stayed;
}

/** @returns why it stays here; "lost" where the trial is another worker's; undefined: it arrived */
async function sendFile(
  client: FileClient,
  held: HeldHere,
  directory: string,
  path: string,
): Promise<string | undefined> {
  const full = join(directory, path);
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const { size: bytes } = statSync(full);
      const sha256 = await hashOfFile(full);
      const answer = await sendParts(client, held, full, { path, bytes, sha256 });
      if (answer !== "changed") return answer;
    }
    return "it was written to while it was sent";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof HpoError || code !== undefined) return (error as Error).message;
    throw error;
  }
}

async function sendParts(
  client: FileClient,
  held: HeldHere,
  full: string,
  file: { readonly path: string; readonly bytes: number; readonly sha256: string },
): Promise<string | undefined> {
  const source = await open(full, "r");
  try {
    // A large one is asked for first: a part of it may be there from before.
    let from = 0;
    let isProbe = file.bytes > PART_BYTES;
    for (;;) {
      const part = Buffer.alloc(isProbe ? 0 : Math.min(PART_BYTES, file.bytes - from));
      const { bytesRead } = await source.read(part, 0, part.length, from);
      if (bytesRead < part.length) return "changed";
      const answer = await client.send(held, { ...file, from }, part);
      if (!answer) return "lost";
      if (answer.kind === "whole") return undefined;
      if (answer.kind === "refused") return answer.why;
      // All of it came, and it is not what it was to be.
      if (answer.have === 0 && from + part.length === file.bytes) return "changed";
      isProbe = false;
      from = answer.have;
    }
  } finally {
    await source.close();
  }
}

/** Sends what a trial prints as it does, so that it can be followed at the coordinator. */
export function followOutput(
  client: FileClient,
  held: HeldHere,
  directory: string,
  everyMs: number,
): { end(): Promise<void> } {
  const sent = new Map<string, number>(Object.values(OUTPUT_FILES).map((name) => [name, 0]));
  let isOver = false;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    for (const [name, from] of sent) {
      const part = isOver ? undefined : newBytes(join(directory, name), from);
      if (!part) continue;
      const have = await client.append(held, name, from, part).catch(() => undefined);
      // What was cut or begun anew meanwhile comes as a whole, at the end.
      if (have === from + part.length) sent.set(name, have);
      else sent.delete(name);
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs);
  timer.unref();
  return {
    end: async () => {
      isOver = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/** What stands behind `from` in a file; undefined where there is nothing new. */
function newBytes(path: string, from: number): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const length = Math.min(LOG_PART_BYTES, fstatSync(file).size - from);
    if (length <= 0) return undefined;
    const part = Buffer.alloc(length);
    return part.subarray(0, readSync(file, part, 0, length, from));
  } finally {
    closeSync(file);
  }
}

/** Removes a folder of a trial that another worker has. */
export const dropFolder = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true });
