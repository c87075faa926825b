import { Resvg } from "@resvg/resvg-js";
import test from "ava";
import { plot, type Plot } from "./plot.ts";
import type { PlotOptions } from "./plot-kind.ts";
import { PLOTS, type PlotName } from "./registry.ts";
import type { PlottedStudy } from "./study/plotted-study.ts";
import {
  HOSTILE_NAMES,
  madeImportance,
  madeStudy,
  withPrior,
  withTwoMetrics,
} from "./testing/hostile.ts";

/** What every plot promises, whatever it shows. */

const KINDS = Object.keys(PLOTS) as PlotName[];
/** What a kind needs to be told, and what of a study. */
interface Case {
  readonly options?: PlotOptions;
  readonly made?: (study: PlottedStudy) => PlottedStudy;
}

const CASES: Partial<Record<PlotName, Case>> = {
  importance: { options: { importance: madeImportance(HOSTILE_NAMES) } },
  pareto: { made: withTwoMetrics },
  hypervolume: { made: withTwoMetrics },
  prior: { made: withPrior },
};
/** Where roles can't be found by names. */
const HOSTILE_CASES: Partial<Record<PlotName, Case>> = {
  ...CASES,
  scale: { options: { params: [HOSTILE_NAMES[0], HOSTILE_NAMES[1]] } },
};

function drawn(kind: PlotName, study: PlottedStudy, { options, made }: Case = {}): Plot {
  return plot(made?.(study) ?? study, kind, options);
}

const parses = (svg: string): boolean =>
  new Resvg(svg, { font: { loadSystemFonts: false } }).width > 0;

/** Without the texts between tags. */
const markupOf = (svg: string): string => svg.replaceAll(/>[^<]*</g, "><");

for (const kind of KINDS) {
  test(`${kind}: hostile names stay names, and two renders are equal to the byte`, (t) => {
    const study = madeStudy(60, HOSTILE_NAMES.length, HOSTILE_NAMES);
    const made = drawn(kind, study, HOSTILE_CASES[kind]);
    const svg = made.svg();
    t.is(svg, drawn(kind, study, HOSTILE_CASES[kind]).svg());
    t.not(svg, made.svg({ theme: "dark" }));
    t.deepEqual(JSON.parse(JSON.stringify(made.data)), made.data, "data are plain JSON");
    t.deepEqual(JSON.parse(JSON.stringify(made.chart)), made.chart, "the chart is plain JSON");
    t.true(parses(svg));
    for (const name in {}) t.fail(`every object got a property ${name}`);
    t.notRegex(svg, /<(script|img|style|foreignObject)/);
    t.notRegex(markupOf(svg), /\son\w+=|zr\d+-|NaN|undefined|Infinity/);
  });

  test(`${kind}: 1,000 trials of 10 parameters fit into 300 kB`, (t) => {
    const svg = drawn(kind, madeStudy(1000, 10), CASES[kind]).svg();
    t.true(svg.length <= 300_000, `${svg.length} bytes`);
  });
}

test("what is asked wrongly is said with what there is", (t) => {
  const study = madeStudy(5, 2);
  const asked = (kind: string, given: object) => () => plot(study, kind as PlotName, given);
  t.throws(asked("histroy", {}), { message: /no plot "histroy". Did you mean "history"/ });
  t.throws(asked("__proto__", {}), { message: /no plot "__proto__"/ });
  t.throws(asked("history", { params: ["x"] }), { message: /no option "params". It takes metric/ });
  t.throws(asked("history", { metric: "valeu" }), {
    message: /no metric "valeu". Did you mean "value"/,
  });
  t.throws(asked("parallel", { params: ["batchsize"] }), { message: /Did you mean "batchSize"/ });
  t.throws(() => plot(study, "history").svg({ theme: "sepia" as never }), {
    message: /light or dark/,
  });
});
