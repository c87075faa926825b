/** How much of what a trial prints is kept with it: its end, with the note of what went before. */
export const OUTPUT_LIMIT_BYTES = 64 * 1024;
const NOTE_BYTES = 64;

/** The end of a text that comes in pieces, in bounded memory. */
export interface OutputTail {
  add(text: string): void;
  /** The last bytes, from the start of a line where any was dropped; says how much went before. */
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

/** From `start` on, where a line starts; or at least a whole character. */
export function lastLineStart(all: Buffer, start: number): number {
  const lineStart = all.indexOf(NEWLINE, Math.max(0, start - 1)) + 1;
  if (lineStart > 0 && lineStart < all.length) return lineStart;
  // One huge line: continuation bytes of a character are 10xxxxxx.
  let at = start;
  while (at < all.length && (all[at] & 0xc0) === 0x80) at++;
  return at;
}
