/**
 * Words that say that a number is not the metric's own value now. A number that one stands by counts as the metric
 * where nothing tells it without such a word: `best loss`, `avg loss`.
 */
const OF_THE_TRAINING =
  "best|lowest|highest|min|max|minimum|maximum|avg|average|mean|running|ema|smoothed";
/** Words of numbers that no training has come to: they never count. */
const OF_SOMETHING_ELSE = "worst|target|goal|threshold|baseline|initial|prev|previous|old";
const WORD = `${OF_THE_TRAINING}|${OF_SOMETHING_ELSE}`;

const START = String.raw`(?<![\w./-])`;
const BETWEEN = String.raw`[\s:(["'{=-]`;
/** `best val_loss`, `Target: loss`, `previous (loss` */
const BEFORE = new RegExp(
  `${START}(${WORD})\\.?(?:\\s+(?:so far|ever|known|value|of|the))*${BETWEEN}*$`,
  "i",
);
/** `Best is trial 3 with value`: words and the number of a trial may stand between. */
const BEST_BEFORE = new RegExp(
  `${START}(best)(?:${BETWEEN}+(?:(?:trial|epoch|step|iteration|iter|run|model)[\\s:=#]*\\d+|[a-z_]+))*${BETWEEN}*$`,
  "i",
);
/** `Best: epoch 3, val_loss 0.54`, which may stand behind a logger's prefix: the line is about the best. */
const BEST_LINE =
  /^(?:\[[^\]]*\]|(?:INFO|DEBUG|root)\b|[\W\d_])*(?:(?:the|current|overall|final)\s+)?(best)(?!\w|\s*!)/i;
/** How far before a name such a word is looked for. */
const LOOK_BACK = 60;

/** The word that qualifies the name that stands at `at`. */
export function qualifierAt(line: string, at: number): string | undefined {
  const before = line.slice(Math.max(0, at - LOOK_BACK), at);
  const match =
    BEFORE.exec(before) ?? BEST_BEFORE.exec(before) ?? BEST_LINE.exec(line.slice(0, at));
  return match?.[1];
}

/** Behind a name: `(best)`, `so far`, `ema`, and the word within it. Case matters in the patterns of names. */
export const QUALIFIER_BEHIND = `\\s*[([]?\\s*(${anyCase(`${WORD}|so far`)})(?!\\w)\\s*[)\\]]?`;

function anyCase(words: string): string {
  return words.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** Whether a number with this word is no value that the training has come to. */
export const isOfSomethingElse = (word: string): boolean =>
  OF_SOMETHING_ELSE.split("|").includes(word.toLowerCase());

/** Whether a line without its metric's name has such a word. */
export const saysSomethingElse = (line: string): boolean =>
  new RegExp(`${START}(?:${OF_SOMETHING_ELSE})(?!\\w)`, "i").test(line);

/** `Best trial:`, `Early stopping, best iteration is:`: what the line below it tells, and those indented under it. */
const HEADING = new RegExp(`${START}(best)(?!\\w)[^.!]*:$`, "i");

/** Says of each line, in their order, the word of the heading that it stands under. */
export function headings(): (line: string) => string | undefined {
  let current:
    { readonly word: string; readonly indent: number; readonly isNext: boolean } | undefined;
  return (line) => {
    if (line.trim() === "") return undefined;
    const indent = line.search(/\S/);
    const isUnder = current !== undefined && (current.isNext || indent > current.indent);
    const word = isUnder ? current!.word : undefined;
    const [, own] = HEADING.exec(line.trimEnd()) ?? [];
    if (own !== undefined) current = { word: own, indent, isNext: true };
    else current = isUnder ? { ...current!, isNext: false } : undefined;
    return word;
  };
}
