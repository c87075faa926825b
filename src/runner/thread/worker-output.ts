import { AsyncLocalStorage } from "node:async_hooks";
import { outputTail, type OutputTail } from "../output/output-tail.ts";

/** Receives a trial's output. */
export interface OutputSink {
  post(text: string): void;
  /** Whether the output also goes to the terminal. */
  readonly inherit: boolean;
}

interface Printing {
  readonly sink: OutputSink;
  /** The output since the last post. */
  pending: OutputTail | undefined;
}

// Follows a trial through promises and timers, so that late output goes to its own trial.
const printing = new AsyncLocalStorage<Printing>();

/** Runs `work`; what it prints by console, stdout or stderr goes to the sink. */
export async function capturingOutput<Result>(
  sink: OutputSink,
  work: () => Promise<Result>,
): Promise<Result> {
  captureStreams();
  const current: Printing = { sink, pending: undefined };
  const flushAtExit = (): void => flush(current);
  process.on("exit", flushAtExit);
  try {
    return await printing.run(current, work);
  } finally {
    flush(current);
    process.off("exit", flushAtExit);
  }
}

let captured = false;

function captureStreams(): void {
  if (captured) return;
  captured = true;
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = (
      chunk: string | Uint8Array,
      encodingOrDone?: BufferEncoding | ((error?: Error | null) => void),
      done?: (error?: Error | null) => void,
    ): boolean => {
      const encoding = typeof encodingOrDone === "string" ? encodingOrDone : "utf8";
      const after = typeof encodingOrDone === "function" ? encodingOrDone : done;
      const current = printing.getStore();
      if (current) keep(current, chunk, encoding);
      if (current?.sink.inherit) return write(chunk, encoding, after);
      if (after) queueMicrotask(after);
      return true;
    };
  }
}

function keep(current: Printing, chunk: string | Uint8Array, encoding: BufferEncoding): void {
  if (!current.pending) {
    current.pending = outputTail();
    // One message for each turn of the event loop; the tail bounds a turn that prints without end.
    queueMicrotask(() => flush(current));
  }
  current.pending.add(
    typeof chunk === "string" && encoding === "utf8"
      ? chunk
      : Buffer.from(chunk as string, encoding).toString("utf8"),
  );
}

function flush(current: Printing): void {
  const text = current.pending?.text();
  current.pending = undefined;
  if (text) current.sink.post(text);
}
