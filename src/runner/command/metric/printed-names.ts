import { didYouMean } from "../../../errors/did-you-mean.ts";
import { literalOf } from "./metric-text.ts";
import { numberIn } from "./number-in.ts";
import { headOf, rowOf, tableLine, type Columns } from "./table.ts";

/** The names of what a program prints in place of its metric. */
export interface PrintedNames {
  readonly noteIn: (line: string) => void;
  /** What to say of them where there is no number by the name that is wanted. */
  readonly instead: (wanted: string) => string;
}

const MOST_NAMES = 50;
const MOST_SHOWN = 8;
/** Up to three words with a number behind them: `valid loss: 2`; without a sign between if it has a point. */
const ANY_NAME =
  /(?<![\w./-])["']?([A-Za-z_][\w./-]*(?: [A-Za-z_][\w./-]*){0,2})["']?(?:\s*[:=|\u2502\u2503\u2551]\s*[-+]?\.?\d|\s+[-+]?\d*\.\d)/g;
/** `|---|:---:|`, below a table's head. */
const RULE = /^[^\p{L}\d]*$/u;

export function printedNames(wanted: readonly string[]): PrintedNames {
  const seen = new Set<string>();
  /** The line before, if it may be a table's head. */
  let head: Columns | undefined;
  const add = (names: Iterable<string>): void => {
    for (const name of names) {
      if (name !== "" && !wanted.includes(name) && seen.size < MOST_NAMES) seen.add(name);
    }
  };
  return {
    noteIn: (given) => {
      if (seen.size >= MOST_NAMES) return;
      add([...given.matchAll(ANY_NAME)].map(([, name]) => name));
      if (RULE.test(given)) return;
      const line = tableLine(given);
      const row = head && rowOf(line, head);
      if (row?.cells.some((cell) => numberIn(cell) !== undefined)) add(head!.names);
      head = headOf(line);
    },
    instead: (name) => {
      if (seen.size === 0) return "";
      const names = [...seen].slice(0, MOST_SHOWN).join(", ");
      return ` It printed ${names}. ${meant(name, [...seen])}`;
    },
  };
}

function meant(name: string, seen: readonly string[]): string {
  // `coco/bbox_mAP` where `bbox_mAP` is asked for, `avg_val_loss` where `val_loss` is.
  const holds = new RegExp(`(?:^|[\\W_])${literalOf(name)}(?:$|[\\W_])`);
  const within = seen.filter((one) => holds.test(one)).slice(0, 3);
  if (within.length > 0) return `Did you mean ${within.map((one) => `"${one}"`).join(" or ")}?`;
  const guess = didYouMean(name, seen);
  return guess.startsWith("Did") ? guess : "";
}
