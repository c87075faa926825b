/**
 * Words that say that a number is not the metric's own value now, as `best loss` and `avg loss`. It counts as the metric
 * where no line tells that without such a word: a mean before an extreme.
 */
const MEAN = "avg|average|mean|running|ema|smoothed";
const EXTREME = "best|lowest|highest|min|max|minimum|maximum|so far";
/** Words of numbers that no training has come to: they never count. */
const OF_SOMETHING_ELSE = "worst|target|goal|threshold|baseline|initial|prev|previous|old";
const WORD = `${MEAN}|${EXTREME}|${OF_SOMETHING_ELSE}`;

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
  /^(?:.{0,60}\b(?:INFO|DEBUG|WARNING)\b(?:\W{0,8}(?:root:|[\w.:]+ - ))?)?(?:\[[^\]]*\]|[^\w[]|[\d_])*(?:(?:the|current|overall|final)\s+)?(best)(?!\w|\s*!)/i;
/** `Loaded best model (epoch 1, val_loss 0.8)`, `Restoring weights from epoch 2 with val_loss: 0.5`: of an earlier epoch. */
const RESTORED_LINE =
  /\b(re(?:stor|load|sum)(?:ed|ing)|load(?:ed|ing))\b[^.]*\b(?:model|checkpoint|weights|state|snapshot)\b/i;
/** How far before a name such a word is looked for. */
const LOOK_BACK = 60;

/** The word that qualifies the name that stands at `at`. */
export function qualifierAt(line: string, at: number): string | undefined {
  const before = line.slice(Math.max(0, at - LOOK_BACK), at);
  const match =
    BEFORE.exec(before) ??
    BEST_BEFORE.exec(before) ??
    BEST_LINE.exec(line.slice(0, at)) ??
    RESTORED_LINE.exec(line.slice(0, at));
  return match?.[1];
}

/** Behind a name: `(best)`, `so far`, `ema`, and the word within it. Case matters in the patterns of names. */
export const QUALIFIER_BEHIND = `\\s*[([]?\\s*(${anyCase(WORD)})(?!\\w)\\s*[)\\]]?`;

function anyCase(words: string): string {
  return words.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

const isOneOf = (words: string, word: string): boolean =>
  words.split("|").includes(word.toLowerCase());

/** How far a number with this word is from the metric itself, 0 without a word. */
export const distanceOf = (word: string | undefined): 0 | 1 | 2 =>
  word === undefined ? 0 : isOneOf(MEAN, word) ? 1 : 2;

/** Whether a number with this word is no value that the training has come to. */
export const isOfSomethingElse = (word: string): boolean => isOneOf(OF_SOMETHING_ELSE, word);

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
