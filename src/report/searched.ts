import { numberText, scalarText } from "../plots/chart/number-text.ts";
import { plot } from "../plots/plot.ts";
import { metricsOf } from "../plots/study/metric.ts";
import { countsText } from "../plots/study/plotted-trial.ts";
import { describeCondition } from "../space/condition.ts";
import type { Distribution } from "../space/distribution.ts";
import type { Findings } from "./findings.ts";
import { pictureIfAny } from "./picture-if-any.ts";
import { ranFromSaid } from "./ran-from.ts";
import type { ReportSection } from "./section.ts";
import { listed, sentence } from "./words.ts";
import { counted } from "../errors/counted.ts";

/** What was searched, by whom, and what became of the trials. */
export function searchedSection(findings: Findings): ReportSection {
  const { study, strategy, seed } = findings;
  const { trials, directions, space } = study;
  const wanted = metricsOf(study).map(
    ({ name, direction }) => `the ${direction === "minimize" ? "lowest" : "highest"} ${name}`,
  );
  const parameters =
    space.parameters.length > 0 ? ` over ${counted(space.parameters.length, "parameter")}` : "";
  const open = trials.filter(({ state }) => state === "running" || state === "waiting").length;
  const isConditional = space.parameters.some(({ conditions }) => conditions.length > 0);
  return {
    title: "What was searched",
    said: [
      `${counted(trials.length, "trial")} looked for ${listed(wanted)}${parameters}, proposed by the strategy ${strategy} from seed ${seed}.`,
      `${sentence(countsText(trials, directions))}.`,
      ...(open > 0
        ? [`${counted(open, "trial")} have not ended: this is how the study stands.`]
        : []),
      ...ranFromSaid(trials),
    ],
    table: {
      head: ["parameter", "range or choices", ...(isConditional ? ["exists"] : [])],
      rows: space.parameters.map(({ name, distribution, conditions }) => [
        name,
        rangeText(distribution),
        ...(isConditional
          ? [
              conditions.length === 0
                ? "always"
                : `where ${listed(conditions.map(describeCondition))}`,
            ]
          : []),
      ]),
    },
    pictures: isConditional ? pictureIfAny(() => plot(study, "branches").chart) : [],
  };
}

/** "0.001 to 1, logarithmic", "relu, tanh". */
function rangeText(distribution: Distribution): string {
  if (distribution.kind === "categorical") return distribution.choices.map(scalarText).join(", ");
  const { kind, low, high, log, step } = distribution;
  const grid =
    step !== undefined && (kind === "float" || step !== 1)
      ? `, in steps of ${numberText(step)}`
      : "";
  const integers = kind === "int" ? ", integers" : "";
  return `${numberText(low)} to ${numberText(high)}${log ? ", logarithmic" : ""}${integers}${grid}`;
}
