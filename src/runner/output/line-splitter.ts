import { StringDecoder } from "node:string_decoder";

/** Lines longer than this are no messages; they are passed on in pieces. */
export const LINE_LIMIT = 64 * 1024;

/** Makes lines of a byte stream, in bounded memory. */
export interface LineSplitter {
  add(chunk: Buffer): void;
  /** The stream is over: what is left is the last line. */
  end(): void;
}

export interface LineSink {
  /** A whole line, without its end. */
  line(text: string): void;
  /** A piece of a line that is too long to be held. */
  fragment(text: string): void;
}

export function lineSplitter(sink: LineSink): LineSplitter {
  const decoder = new StringDecoder("utf8");
  let held = "";
  let overlong = false;

  // A carriage return ends a line, too: progress bars redraw theirs with it.
  const lines = (text: string): void => {
    if (text === "") sink.line("");
    else for (const line of text.split("\r")) if (line) sink.line(line);
  };
  const feed = (text: string): void => {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      const rest = text.slice(start, end);
      if (overlong) sink.fragment(`${rest}\n`);
      else lines(held + rest);
      held = "";
      overlong = false;
      start = end + 1;
    }
    held += text.slice(start);
    if (overlong || held.length > LINE_LIMIT) {
      if (held) sink.fragment(held);
      held = "";
      overlong = true;
    }
  };
  return {
    add: (chunk) => feed(decoder.write(chunk)),
    end: () => {
      feed(decoder.end());
      if (held) lines(held);
      held = "";
    },
  };
}
