import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { cutIn, type Cut } from "../../runner/output/output-file.ts";

/** Reads a trial's output file while it is being written. */
export interface OutputReader {
  /** The lines that are whole and were not given before. */
  poll(): string[];
  /** The rest, as the program has ended. */
  end(): string[];
}

/**
 * Follows the file through what its writer does: it appends, cuts the middle out of what is too
 * long, and begins anew where the trial is started again.
 */
export function outputReader(path: string): OutputReader {
  let decoder = new StringDecoder("utf8");
  let inode: number | undefined;
  let offset = 0;
  let cut: Cut | undefined;
  let partial = "";

  const bytes = (): Buffer => {
    if (!existsSync(path)) return Buffer.alloc(0);
    const file = openSync(path, "r");
    try {
      const { ino, size } = fstatSync(file);
      if (inode !== undefined && ino !== inode) replaced(readFrom(file, 0, size));
      inode = ino;
      const read = readFrom(file, offset, size - offset);
      offset += read.length;
      return read;
    } finally {
      closeSync(file);
    }
  };
  const replaced = (whole: Buffer): void => {
    const now = cutIn(whole);
    if (now) {
      const place = inFile(inStream(offset, cut), now);
      if (place <= now.start) partial = "";
      offset = place;
    } else {
      offset = 0;
      partial = "";
      decoder = new StringDecoder("utf8");
    }
    cut = now;
  };
  const lines = (isOver: boolean): string[] => {
    const text = partial + decoder.write(bytes());
    const all = text.split(/\r?\n/);
    partial = isOver ? "" : all.pop()!;
    if (isOver && all.at(-1) === "") all.pop();
    return all;
  };
  return { poll: () => lines(false), end: () => lines(true) };
}

/** A file's offset as one of the stream. */
const inStream = (offset: number, cut: Cut | undefined): number =>
  cut && offset >= cut.end ? offset - (cut.end - cut.start) + cut.bytes : offset;

/** A stream's offset as one of a file with a cut; of what was cut, the note's. */
function inFile(offset: number, cut: Cut): number {
  if (offset <= cut.start) return offset;
  const after = offset - cut.bytes;
  return after >= cut.start ? after + (cut.end - cut.start) : cut.start;
}

function readFrom(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, length));
  const count = readSync(file, buffer, 0, buffer.length, position);
  return buffer.subarray(0, count);
}
