import type { Direction } from "../../contracts/trial.ts";

const BETTER_HIGH =
  /(^|[_\W])(acc|accuracy|auc|f1|r2|score|reward|precision|recall|map|bleu)s?($|[_\W])/i;
const BETTER_LOW =
  /(^|[_\W])(loss|error|err|mse|mae|rmse|perplexity|ppl|nll|regret|latency)($|[_\W])/i;

/** Whether a metric's name sounds as if the other direction were meant. */
export const soundsOpposite = (name: string, direction: Direction): boolean =>
  (direction === "minimize" ? BETTER_HIGH : BETTER_LOW).test(name);
