import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { OUTPUT_FILES } from "../../runner/output/output-file.ts";
import type { HeldHere } from "../work-source.ts";
import type { FileClient } from "./file-client.ts";

const LOG_PART_BYTES = 2 ** 20;

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
      // A file that was cut or begun anew meanwhile is sent whole at the trial's end.
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

/** A file's bytes from `from` on; undefined if there are none. */
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
