/** The most output that is stored with a trial: its end, and a note of what was dropped. */
export const OUTPUT_LIMIT_BYTES = 64 * 1024;
const NOTE_BYTES = 64;

/** Keeps the end of a text that comes in pieces, in bounded memory. */
export interface OutputTail {
  add(text: string): void;
  /** The last bytes; if any were dropped, from the start of a line, with a note of how many. */
  text(): string;
}

export function outputTail(limitBytes = OUTPUT_LIMIT_BYTES - NOTE_BYTES): OutputTail {
  let pieces: string[] = [];
  let heldBytes = 0;
  let droppedBytes = 0;
  const squeeze = (): void => {
    const all = Buffer.from(pieces.join(""), "utf8");
    const kept = all.length > limitBytes ? lastLines(all, limitBytes) : all;
    droppedBytes += all.length - kept.length;
    pieces = [kept.toString("utf8")];
    heldBytes = kept.length;
  };
  return {
    add: (text) => {
      pieces.push(text);
      heldBytes += Buffer.byteLength(text);
      // Squeezed at twice the limit, so that each byte is copied about once.
      if (heldBytes > 2 * limitBytes) squeeze();
    },
    text: () => {
      squeeze();
      const note = droppedBytes > 0 ? `[${droppedBytes} bytes before this were dropped]\n` : "";
      return note + pieces.join("");
    },
  };
}

const NEWLINE = 0x0a;

const lastLines = (all: Buffer, limitBytes: number): Buffer =>
  all.subarray(lastLineStart(all, all.length - limitBytes));

/** The first start of a line from `start` on; in one huge line, the start of a character. */
export function lastLineStart(all: Buffer, start: number): number {
  const lineStart = all.indexOf(NEWLINE, Math.max(0, start - 1)) + 1;
  if (lineStart > 0 && lineStart < all.length) return lineStart;
  // One huge line: continuation bytes of a character are 10xxxxxx.
  let at = start;
  while (at < all.length && (all[at] & 0xc0) === 0x80) at++;
  return at;
}
