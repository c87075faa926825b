import { deserialize, serialize } from "node:v8";
import { HpoError } from "../../errors/errors.ts";

/*
 * Messages over a byte stream: four bytes of length, little-endian, then a structured clone, which
 * preserves NaN, -0 and undefined.
 */

const HEADER_BYTES = 4;
/** The longest message; a greater length means that something else wrote to the stream. */
const LIMIT_BYTES = 2 ** 28;

/** @throws DataCloneError if the message can't be cloned, as a function can't. */
export function toFrame(message: unknown): Buffer {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

/**
 * Returns a function that takes a stream's chunks, and passes its messages to `hear`.
 * @throws HpoError (the function returned does) on bytes that are no frames.
 */
export function frameReader<Message>(hear: (message: Message) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    let start = 0;
    while (bytes.length - start >= HEADER_BYTES) {
      const length = bytes.readUInt32LE(start);
      if (length > LIMIT_BYTES) throw notFrames(`a length of ${length} bytes`);
      const end = start + HEADER_BYTES + length;
      if (bytes.length < end) break;
      hear(read(bytes.subarray(start + HEADER_BYTES, end)) as Message);
      start = end;
    }
    held = bytes.subarray(start);
  };
}

function read(body: Buffer): unknown {
  try {
    return deserialize(body);
  } catch (error) {
    throw notFrames(String(error));
  }
}

const notFrames = (what: string): HpoError =>
  new HpoError(
    `Something other than hpo wrote to the channel between a trial and its study (${what}). ` +
      "Write to standard output instead.",
  );
