import { StringDecoder } from "node:string_decoder";
import { fitted, lineWidth, painted, wantsColors, type StyledLine } from "./styled-line.ts";

export interface TerminalBlockOptions {
  /** Where the block stands. */
  readonly out?: NodeJS.WriteStream;
  /** What else is shown in the same terminal. */
  readonly others?: readonly NodeJS.WriteStream[];
  readonly unicode: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** The block's lines for a terminal of this width. */
export type DrawBlock = (columns: number) => readonly StyledLine[];

const UP = (rows: number): string => (rows > 0 ? `\u001b[${rows}A\r` : "\r");
const CLEAR_TO_END_OF_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/** A line that is begun and never ends is kept to so many characters. */
const LONGEST_BEGINNING = 1 << 16;

/**
 * Some lines at the end of a terminal that are drawn again and again. Whatever else is written
 * meanwhile to the terminal's streams, by whomever in this process, comes above them in whole lines. The
 * cursor stands below the block and stays visible: whatever ends the process leaves the block whole.
 */
export class TerminalBlock {
  readonly #draw: DrawBlock;
  readonly #out: NodeJS.WriteStream;
  readonly #unicode: boolean;
  readonly #colors: boolean;
  readonly #reflows: boolean;
  readonly #streams: readonly HeldStream[];
  readonly #write: (text: string) => void;
  /** Whether a suspension is over of which SIGCONT has yet to tell. */
  #isAwake = false;
  /** What stands there. */
  #lines: readonly StyledLine[] = [];

  constructor(draw: DrawBlock, options: TerminalBlockOptions) {
    const { out = process.stdout, others = [process.stderr], unicode, env = process.env } = options;
    this.#draw = draw;
    this.#out = out;
    this.#unicode = unicode;
    this.#colors = wantsColors(out, env);
    this.#reflows = reflows(env);
    const write = out.write.bind(out);
    this.#write = (text) => void write(text);
    this.#streams = [out, ...others]
      .filter(({ isTTY }) => isTTY)
      .map((stream) => holdStream(stream, (text) => this.#replace(text, this.#lines)));
    out.on("resize", this.#onResize);
    for (const [signal, act] of this.#signals) process.on(signal, act);
    this.update();
  }

  /** Draws it as things are now. */
  update(): void {
    const { columns, rows } = this.#size();
    const room = Math.max(1, columns - 1);
    const lines = this.#draw(room).map((line) => fitted(line, room, this.#unicode));
    this.#replace("", lines.slice(0, Math.max(1, rows - 1)));
  }

  /** Leaves the block as it is then, and the streams as they were. */
  end(): void {
    for (const stream of this.#streams) stream.end();
    this.#out.off("resize", this.#onResize);
    for (const [signal, act] of this.#signals) process.off(signal, act);
    this.update();
  }

  /** Puts text, whole lines, and the block's lines where the block is. */
  #replace(text: string, lines: readonly StyledLine[]): void {
    const { columns } = this.#size();
    // A narrower terminal has broken the lines that stand there; a line of its own width is not broken.
    const standing = this.#lines.reduce(
      (sum, line) => sum + (this.#reflows ? Math.max(1, Math.ceil(lineWidth(line) / columns)) : 1),
      0,
    );
    const drawn = lines.map((line) => `${painted(line, this.#colors)}${CLEAR_TO_END_OF_LINE}\n`);
    this.#lines = lines;
    const cleared = text === "" ? "" : CLEAR_BELOW;
    this.#write([UP(standing), cleared, text, ...drawn, CLEAR_BELOW].join(""));
  }

  #size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#out.columns || 80, rows: this.#out.rows || 24 };
  }

  readonly #onResize = (): void => this.update();

  /** Ctrl-Z: the process stands still within `kill`, and goes on there. */
  readonly #suspend = (): void => {
    process.off("SIGTSTP", this.#suspend);
    process.kill(process.pid, "SIGTSTP");
    process.on("SIGTSTP", this.#suspend);
    this.#drawAfresh();
    this.#isAwake = true;
  };

  readonly #resume = (): void => {
    // Stopped in another way, such as SIGSTOP, it learns of it only now.
    if (!this.#isAwake) this.#drawAfresh();
    this.#isAwake = false;
  };

  /** The shell has written meanwhile: the block comes below that. */
  #drawAfresh(): void {
    this.#lines = [];
    // The terminal may have another size by now, of which only who was in the foreground was told.
    process.emit("SIGWINCH", "SIGWINCH");
    this.update();
  }

  readonly #signals: readonly (readonly [NodeJS.Signals, () => void])[] =
    process.platform === "win32"
      ? []
      : [
          ["SIGTSTP", this.#suspend],
          ["SIGCONT", this.#resume],
        ];
}

interface HeldStream {
  /** Gives the stream back; what it held of a line is written. */
  end(): void;
}

/** Hands on what is written to a stream in whole lines. */
function holdStream(stream: NodeJS.WriteStream, show: (lines: string) => void): HeldStream {
  const write = stream.write.bind(stream);
  const decoder = new StringDecoder("utf8");
  let beginning = "";
  const hold = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done) => {
    const isText = typeof chunk === "string" && typeof encoding === "string";
    const text = decoder.write(Buffer.from(chunk as string, isText ? encoding : "utf8"));
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) show(beginning + text.slice(0, end));
    beginning = ((end > 0 ? "" : beginning) + text.slice(end)).slice(-LONGEST_BEGINNING);
    (typeof encoding === "function" ? encoding : done)?.();
    return true;
  };
  stream.write = hold;
  return {
    end() {
      if (beginning !== "") show(`${beginning}\n`);
      stream.write = write;
    },
  };
}

type Done = (error?: Error) => void;

/**
 * Whether a terminal that is made narrower breaks the lines that stand there. Nearly all do; xterm, GNU
 * screen and Linux' console cut them.
 */
function reflows({ XTERM_VERSION, TERM = "", TMUX }: NodeJS.ProcessEnv): boolean {
  return XTERM_VERSION === undefined && (TMUX !== undefined || !/^(linux|screen)/.test(TERM));
}
