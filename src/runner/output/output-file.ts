import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { lastLineStart } from "./output-tail.ts";

/** Writes output to a file of bounded size, which others may read meanwhile. */
export interface OutputFile {
  add(chunk: Uint8Array): void;
  end(): void;
  /** Why writing stopped, if it failed. */
  readonly problem: string | undefined;
}

/** The names of the files with a trial's output. */
export const OUTPUT_FILES = { stdout: "stdout.log", stderr: "stderr.log" } as const;

export interface OutputFiles {
  readonly stdout: OutputFile;
  readonly stderr: OutputFile;
}

const MIB = 1024 * 1024;

/** @param limitMiB the most that each file keeps; 0: no files */
export const outputFiles = (directory: string, limitMiB: number): OutputFiles => ({
  stdout: outputFile(join(directory, OUTPUT_FILES.stdout), limitMiB * MIB),
  stderr: outputFile(join(directory, OUTPUT_FILES.stderr), limitMiB * MIB),
});

/** The note in the file where its middle was cut out. */
const NOTE = /\[hpo: (\d+) bytes cut here\]\n/;
const note = (bytes: number): string => `[hpo: ${bytes} bytes cut here]\n`;
const LONGEST_NOTE = note(Number.MAX_SAFE_INTEGER).length + 1;

/**
 * Writes a file that keeps the head (a fifth of the limit) and the tail of the output; while it is
 * being written it may hold twice the tail. The file of an earlier attempt is kept under a numbered
 * name. No file is made before the first byte.
 */
export function outputFile(path: string, limitBytes: number): OutputFile {
  const headLimit = Math.floor(limitBytes / 5);
  const tailLimit = limitBytes - headLimit - LONGEST_NOTE;
  let file: number | undefined;
  let size = 0;
  let head: Buffer | undefined;
  let cutBytes = 0;
  let problem: string | undefined;

  const compact = (): void => {
    head ??= firstLines(readAt(file!, 0, headLimit));
    const before = head.length + (cutBytes > 0 ? note(cutBytes).length : 0);
    const all = readAt(file!, size - tailLimit, tailLimit);
    const tail = all.subarray(lastLineStart(all, 0));
    cutBytes += size - before - tail.length;
    const text = Buffer.concat([head, Buffer.from(note(cutBytes)), tail]);
    writeFileSync(`${path}.partial`, text);
    renameSync(`${path}.partial`, path);
    closeSync(file!);
    file = openSync(path, "a+");
    size = text.length;
  };
  const write = (chunk: Uint8Array): void => {
    if (file === undefined) {
      keepEarlier(path);
      file = openSync(path, "a+");
    }
    writeSync(file, chunk);
    size += chunk.length;
    if (size > headLimit + LONGEST_NOTE + 2 * tailLimit) compact();
  };
  const guarded = (work: () => void): void => {
    try {
      if (problem === undefined) work();
    } catch (error) {
      problem = (error as Error).message;
    }
  };
  return {
    add: (chunk) => guarded(() => limitBytes > 0 && write(chunk)),
    end: () => {
      guarded(() => file !== undefined && size > limitBytes && compact());
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
    get problem() {
      return problem;
    },
  };
}

function keepEarlier(path: string): void {
  if (!existsSync(path)) return;
  let count = 1;
  const numbered = (): string => path.replace(/(\.\w+)?$/, `.${count}$1`);
  while (existsSync(numbered())) count++;
  renameSync(path, numbered());
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const count = readSync(file, bytes, 0, length, position);
  return bytes.subarray(0, count);
}

/** Whole lines, if there is at least one. */
function firstLines(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(0x0a) + 1;
  return end > 0 ? bytes.subarray(0, end) : Buffer.concat([bytes, Buffer.from("\n")]);
}

/** The place in a file where output was cut out. */
export interface Cut {
  /** The note's offset in the file. */
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
}

/** The cut in a kept file's text, if there is one. */
export function cutIn(text: Buffer): Cut | undefined {
  const match = NOTE.exec(text.toString("latin1"));
  if (!match) return undefined;
  return { start: match.index, end: match.index + match[0].length, bytes: Number(match[1]) };
}
