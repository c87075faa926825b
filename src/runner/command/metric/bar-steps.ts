import type { OutputStream } from "./line-meaning.ts";
import { wordsIn } from "./line-words.ts";
import type { StepSighting } from "./sighting.ts";

/**
 * A line that is a bar of tqdm alone: `Training: 45%|████▌ | 45/100 [00:01<00:01, 44.4it/s, loss=0.5]`, or
 * `45it [00:01, 44.4it/s]` without a total. What a program printed behind one stands there by chance.
 */
const BAR_LINE =
  /^(.*?)\s*(?:\d{1,3}%(?:\|[^|]*\|)?\s*(\d{1,15})\/(\d{1,15})|(?<![\w.])(\d{1,15})it)\s\[(?:\d+:)?\d+:\d\d[<,](?:[^[\]]|\[[^[\]]*\])*\]\s*$/;
/** What only a bar has: its time. Long lines are none, as a look for one takes longer than in proportion to them. */
const BAR_TIME = / \[(?:\d+:)?\d+:\d\d[<,]/;
const LONGEST_BAR = 1000;
/** A program with more of them names them by something that changes. */
const MOST_BARS = 100;

/** A bar that was drawn. */
interface Bar {
  readonly n: number;
  readonly total: number | undefined;
  /** The steps of those before it by the same name. */
  readonly before: number;
}

/**
 * Says of each line, in their order, the step of the bar that it is. Bars by the same words and with the same
 * total are one after the other, as of epochs or folds: where one begins anew its steps go on behind those before it.
 */
export function barSteps(): (line: string, stream: OutputStream) => StepSighting | undefined {
  const bars = new Map<string, Bar>();
  return (line, stream) => {
    if (line.length > LONGEST_BAR || !BAR_TIME.test(line)) return undefined;
    const [, words, counted, totalText, uncounted] = BAR_LINE.exec(line) ?? [];
    if (words === undefined) return undefined;
    const n = Number(counted ?? uncounted);
    const total = totalText === undefined ? undefined : Number(totalText);
    const name = `${wordsIn(words).trim()} n/${totalText ?? "?"}`.trim();
    const key = `${stream} ${name}`;
    const last = bars.get(key);
    if (!last && bars.size >= MOST_BARS) return undefined;
    const isAnew = last !== undefined && n < last.n;
    const before = isAnew ? last.before + Math.max(last.total ?? 0, last.n) : (last?.before ?? 0);
    bars.set(key, { n, total, before });
    const of = total === undefined ? {} : { of: before + total };
    return { name, value: before + n, ...of, isBar: true };
  };
}
