import { StringDecoder } from "node:string_decoder";

/** A longer line is passed on in pieces, not read as a message, and reported as overlong. */
export const LINE_LIMIT_BYTES = 8 * 1024 * 1024;

/** Makes lines of a byte stream, in bounded memory. */
export interface LineSplitter {
  add(chunk: Buffer): void;
  /** Ends the stream: the rest is its last line. */
  end(): void;
}

export interface LineSink {
  /** A whole line, without its end. */
  line(text: string): void;
  /** A piece of an overlong line. */
  fragment(text: string): void;
  /** Called at the end of an overlong line. */
  overlong?(bytes: number): void;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * A line ends at \n, \r\n or \r as soon as that comes: progress bars redraw theirs with \r. An empty
 * line between two \r is skipped.
 */
export function lineSplitter(sink: LineSink, limitBytes = LINE_LIMIT_BYTES): LineSplitter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  /** The bytes of an overlong line that were passed on so far. */
  let passedBytes = 0;
  let decoder = new StringDecoder("utf8");
  let isAfterReturn = false;

  const pass = (bytes: Buffer): void => {
    passedBytes += bytes.length;
    const text = decoder.write(bytes);
    if (text) sink.fragment(text);
  };
  const hold = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    isAfterReturn = false;
    if (passedBytes > 0) return pass(bytes);
    held.push(bytes);
    heldBytes += bytes.length;
    if (heldBytes > limitBytes) for (const piece of held.splice(0)) pass(piece);
  };
  const finish = (end: number): void => {
    if (passedBytes > 0) {
      sink.fragment(`${decoder.end()}\n`);
      sink.overlong?.(passedBytes);
      decoder = new StringDecoder("utf8");
    } else if (heldBytes > 0 || end === LF) {
      sink.line(held.length === 1 ? held[0].toString() : Buffer.concat(held).toString());
    }
    held = [];
    heldBytes = passedBytes = 0;
  };
  return {
    add: (chunk) => {
      let start = 0;
      let newline = chunk.indexOf(LF);
      let carriage = chunk.indexOf(CR);
      while (newline >= 0 || carriage >= 0) {
        const isReturn = newline < 0 || (carriage >= 0 && carriage < newline);
        const at = isReturn ? carriage : newline;
        hold(chunk.subarray(start, at));
        // The \n of \r\n ends no second line.
        if (isReturn || !isAfterReturn) finish(chunk[at]);
        isAfterReturn = isReturn;
        start = at + 1;
        if (isReturn) carriage = chunk.indexOf(CR, start);
        else newline = chunk.indexOf(LF, start);
      }
      hold(chunk.subarray(start));
    },
    end: () => {
      if (heldBytes > 0 || passedBytes > 0) finish(CR);
    },
  };
}
