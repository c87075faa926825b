import { OUTPUT_LIMIT_BYTES } from "../../runner/output/output-tail.ts";
import { outputFiles, type OutputFile } from "../../runner/output/output-file.ts";

/** The most output that is kept in a trial's folder, in MiB. */
const STREAM_LIMIT_MIB = 10;

export interface TrialOutputOptions {
  /** Makes the trial's folder, and says where it is. */
  readonly directory: () => string;
  readonly note: (message: string) => void;
}

/** A trial's output: the last part goes with its end, and all of it to a file as it comes. */
export class TrialOutput {
  readonly #options: TrialOutputOptions;
  #end = "";
  #stream: OutputFile | "broken" | undefined;

  constructor(options: TrialOutputOptions) {
    this.#options = options;
  }

  /** The last part of the output. */
  get end(): string {
    return this.#end;
  }

  keep(text: string): void {
    this.#end = (this.#end + text).slice(-OUTPUT_LIMIT_BYTES);
  }

  /** Adds to the output file; if it can't be written, notes that once and goes on. */
  stream(text: string): void {
    if (this.#stream === "broken") return;
    try {
      this.#stream ??= outputFiles(this.#options.directory(), STREAM_LIMIT_MIB).stdout;
      this.#stream.add(Buffer.from(text));
    } catch (error) {
      this.#stream = "broken";
      this.#options.note(`What trials print can't be followed: ${(error as Error).message}`);
    }
  }

  /** Closes the file: the trial ended, or was handed back. */
  close(): void {
    if (typeof this.#stream === "object") this.#stream.end();
    this.#stream = undefined;
  }
}
