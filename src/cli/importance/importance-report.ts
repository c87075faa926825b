import type { EvaluatorName, ImportanceResult, LeftOut } from "../../importance/index.ts";
import { shareBar } from "../draw/share-bar.ts";
import { quotedName } from "../visible.ts";
import { counted } from "../../errors/counted.ts";

const BAR_WIDTH = 20;

const MEANINGS: Readonly<Record<EvaluatorName, string>> = {
  fanova: "parts of the metric's variance over the whole search space (fANOVA)",
  "ped-anova": "what sets the best trials apart from the others (PED-ANOVA)",
  permutation: "what a model of the trials loses when a parameter is shuffled",
};

/** What stands above the table: what the shares mean and what they rest on. */
export function importanceHead(study: string, result: ImportanceResult): string[] {
  const { evaluator, trials, scale, leftOut } = result;
  const values = evaluator === "ped-anova" || scale === "linear" ? "" : `, ${SCALES[scale]}`;
  return [
    `Study ${quotedName(study)}: ${MEANINGS[evaluator]}`,
    `${counted(trials, "trial")}${values}${leftOutWords(leftOut)}`,
    ...(result.note === undefined ? [] : [result.note]),
  ];
}

const SCALES = { log: "logarithms of their values", rank: "by their ranks" } as const;

function leftOutWords({ diverged, pruned, other }: LeftOut): string {
  const parts = [
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(pruned > 0 ? [`${pruned} pruned`] : []),
    ...(other > 0 ? [`${other} failed`] : []),
  ];
  return parts.length === 0 ? "" : `; left out: ${parts.join(", ")}`;
}

/** The table's head and rows; with what parameters do together where the evaluator knows it. */
export function importanceTable({ importance }: ImportanceResult, unicode: boolean) {
  const hasTotal = importance.some(({ total }) => total !== undefined);
  const head = ["parameter", "share", "±", ...(hasTotal ? ["with others"] : []), ""];
  const rows = importance.map(({ name, share, spread, total }) => [
    name,
    hundredths(share),
    hundredths(spread),
    ...(hasTotal ? [total === undefined ? "" : hundredths(total)] : []),
    shareBar(share, BAR_WIDTH, unicode),
  ]);
  return { head: unicode ? head : head.map((cell) => (cell === "±" ? "+/-" : cell)), rows };
}

/** `.71`; 1 is `1.00`. */
export const hundredths = (share: number): string => share.toFixed(2).replace(/^0/, "");
