/** A Python traceback, with those that it is chained to. */
export interface Traceback {
  /** The line below the frames, with the exception. */
  readonly line: string;
  /** That line and the following lines of its message. */
  readonly message: string;
  /** The messages of its direct causes (`raise … from …`). */
  readonly causes: readonly string[];
  /** Whether it was raised outside the main thread: in another thread, process or task. */
  readonly isElsewhere: boolean;
  /** Whether its stack begins at the program's outermost frame, so that nothing caught it. */
  readonly isFromTop: boolean;
  /** The line before it. */
  readonly before: string;
  /** Its lines: `start` is its header, `end` follows the exception. */
  readonly start: number;
  readonly end: number;
}

export const HEADER = /(?:^|[^"'])\b(Original )?Traceback \(most recent call last\):\s*$/;
const GROUP = /\+ Exception Group Traceback \(most recent call last\):\s*$/;
/** Begins output whose head was dropped, maybe amid a stack. */
const CUT = /^\[\d+ bytes before this were dropped\]$/;

const ELSEWHERE =
  /^Exception in (?:thread|callback)|^(?:\w*Process|ForkServer)\S*:$|exception was never retrieved/;
/** Precedes a traceback that is part of the previous one's message. */
const WITHIN = /terminated with the following error:$|^"""$/;
const HANDLING = "During handling of the above exception, another exception occurred:";
const CAUSED = "The above exception was the direct cause of the following exception:";
const FRAME = /^\s*File "[^"]*", line \d+, in (.+)$/;
/** The outermost frame of a program: a module's, `python -m`'s, a spawned process's. */
const TOP = /^<module>$|^<cell|^_run_module_as_main$|^_run_code$|^_bootstrap|^_wrap$/;

/** All tracebacks in their order; of a chain only the last. */
export function tracebacksIn(lines: readonly string[]): Traceback[] {
  const found: Traceback[] = [];
  let chained: { readonly first: Traceback; readonly isCause: boolean } | undefined;
  for (let at = 0; at < lines.length; at++) {
    const read = readAt(lines, at);
    if (!read) continue;
    const { isNested, ...own } = read;
    const outer = isNested ? found.pop() : undefined;
    const first = chained?.first ?? outer;
    const traceback: Traceback = {
      ...own,
      ...(first && { isElsewhere: first.isElsewhere, before: first.before, start: first.start }),
      ...(outer && { isFromTop: outer.isFromTop }),
      causes: chained?.isCause ? [...chained.first.causes, chained.first.message] : [],
    };
    const next = lines.slice(traceback.end).find((line) => line.trim() !== "");
    const isChained = next === HANDLING || next === CAUSED;
    chained = isChained ? { first: traceback, isCause: next === CAUSED } : undefined;
    if (!isChained) found.push(traceback);
    at = traceback.end - 1;
  }
  return chained ? [...found, chained.first] : found;
}

type Read = Omit<Traceback, "causes"> & { readonly isNested: boolean };

function readAt(lines: readonly string[], at: number): Read | undefined {
  if (GROUP.test(lines[at])) return readGroup(lines, at);
  const header = HEADER.exec(lines[at]);
  const isCut = CUT.test(lines[at]);
  if (!header && !isCut) return undefined;
  let end = at + 1;
  while (end < lines.length && isWithin(lines, end)) end++;
  // No frames, or no exception below them: it is torn, or not Python's.
  if (end === at + 1 || end === lines.length) return undefined;
  const line = lines[end].trim();
  const before = beforeOf(lines, at);
  return {
    line,
    message: messageFrom(lines, end),
    ...placeOf(before, isCut ? undefined : lines[at + 1]),
    start: at,
    end: end + 1,
    isNested: header?.[1] !== undefined || WITHIN.test(before),
  };
}

/** Whether a line belongs to the frames, which are indented. */
const isWithin = (lines: readonly string[], at: number): boolean =>
  /^\s+\S/.test(lines[at]) || (lines[at].trim() === "" && /^\s+\S/.test(lines[at + 1] ?? ""));

/** The text before a header on its line, as of a progress bar; else the line before it. */
function beforeOf(lines: readonly string[], at: number): string {
  const same = lines[at]
    .replace(/(?:Original )?Traceback \(most recent call last\):\s*$/, "")
    .trim();
  if (same !== "") return same;
  const above = lines.slice(Math.max(0, at - 3), at).filter((line) => line.trim() !== "");
  // asyncio tells of the task on a line of its own.
  return above.find((line) => ELSEWHERE.test(line)) ?? above.at(-1) ?? "";
}

function placeOf(
  before: string,
  frame: string | undefined,
): Pick<Traceback, "isElsewhere" | "isFromTop" | "before"> {
  const code = FRAME.exec(frame ?? "")?.[1];
  return {
    before,
    isElsewhere: ELSEWHERE.test(before),
    isFromTop: code === undefined || TOP.test(code),
  };
}

const LONGEST_MESSAGE = 40;

/** A message ends at the first empty line, unless its first line ends with a colon. */
function messageFrom(lines: readonly string[], start: number): string {
  const [first, ...rest] = lines.slice(start, start + LONGEST_MESSAGE);
  const isAnnounced = first.trimEnd().endsWith(":");
  const message = [first];
  for (const line of rest) {
    if (HEADER.test(line) || line === HANDLING || line === CAUSED) break;
    if (line.trim() === "" && !isAnnounced) break;
    message.push(line);
  }
  return message.join("\n");
}

/** Lines of an ExceptionGroup begin with a bar, deeper ones with more. */
const IN_GROUP = /^\s*(?:\||\+-)/;

/** Reads a group, and the first exception in it that is no group itself. */
function readGroup(lines: readonly string[], at: number): Read {
  let end = at + 1;
  while (end < lines.length && IN_GROUP.test(lines[end])) end++;
  const inside = lines.slice(at + 1, end).map((line) => line.replace(/^\s*\|? ?/, ""));
  const thrown = inside.filter((line) => /^[\w.]+(?::|$)/.test(line));
  const [group = "ExceptionGroup"] = thrown;
  const first = thrown.slice(1).find((line) => !/\(\d+ sub-exceptions?\)/.test(line));
  return {
    line: first === undefined ? group : `${group}: ${first}`,
    message: thrown.join("\n"),
    ...placeOf(beforeOf(lines, at).replace(/\s*\+ Exception Group$/, ""), inside[0]),
    start: at,
    end,
    isNested: false,
  };
}
