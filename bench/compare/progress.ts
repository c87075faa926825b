/** Says on stderr how far a comparison is: one living line at a terminal, plain lines in a pipe. */
export interface ComparisonProgress {
  step(what: string): void;
  /** A line that stays. */
  note(text: string): void;
  end(): void;
}

/** In a pipe, at most one line per this many runs, and the last. */
const LINES = 20;

export function startProgress(
  total: number,
  stream: NodeJS.WriteStream = process.stderr,
): ComparisonProgress {
  let done = 0;
  const start = performance.now();
  const clear = (): void => {
    if (stream.isTTY) stream.write("\r\u001b[K");
  };
  const left = (): string => {
    const seconds = (((performance.now() - start) / done) * (total - done)) / 1000;
    return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
  };
  return {
    step(what) {
      done++;
      const line = `${done}/${total} runs, ${left()} · ${what}`;
      if (stream.isTTY) {
        clear();
        stream.write(line.slice(0, stream.columns - 1));
      } else if (done === total || done % Math.ceil(total / LINES) === 0) {
        stream.write(`${line}\n`);
      }
    },
    note(text) {
      clear();
      stream.write(`${text}\n`);
    },
    end: clear,
  };
}
