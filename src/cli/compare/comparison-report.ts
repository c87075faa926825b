import { mustBe } from "../../errors/checks.ts";
import { number } from "../format.ts";
import type { StudyComparison } from "./compare-studies.ts";

/** @throws HpoError unless the text is a finite number */
export function targetOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw mustBe("compare: --to", text, "a finite number", "Give a value of the metric.");
}

export function comparisonTable({ target, studies }: StudyComparison) {
  const to = target === null ? "trials to a value" : `trials to ${number(target)}`;
  const rows = studies.map((study, index) => [
    study.name,
    `${study.finished}`,
    study.best === null ? "none" : `${number(study.best.value)} (trial ${study.best.trial})`,
    study.trialsToTarget === null ? "never" : `${study.trialsToTarget}`,
    index === 0 || study.againstFirst === null
      ? ""
      : `${Math.round(100 * study.againstFirst.better)} %`,
    study.againstFirst === null ? "" : number(Number(study.againstFirst.p.toPrecision(2))),
  ]);
  return { head: ["study", "trials", "best", to, "better", "p"], rows };
}
