import type { Trial } from "../../contracts/trial.ts";
import { createRng } from "../../numerics/rng.ts";
import { logNormal } from "../../space/prior-spec.ts";
import { categorical, float, int } from "../../space/parameter.ts";
import type { Declarations } from "../../space/parameter.ts";
import { spaceOf, type Params } from "../../space/search-space.ts";
import type { ShownImportance } from "../plot-kind.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

/** The same study with a second metric, that falls where the first one rises. */
export const withTwoMetrics = (study: PlottedStudy): PlottedStudy => ({
  ...study,
  directions: ["minimize", "maximize"],
  metricNames: [study.metricNames?.[0] ?? "loss", HOSTILE_NAMES[1]],
  trials: study.trials.map((trial) =>
    trial.state === "complete"
      ? { ...trial, values: [trial.values[0], trial.values[0] * (1 + (trial.number % 7))] }
      : trial,
  ),
});

/** The same study, whose first parameter has a prior of its own. */
export const withPrior = (study: PlottedStudy): PlottedStudy => ({
  ...study,
  space: spaceOf(
    study.space.parameters.map((parameter, i) =>
      i === 0 ? { ...parameter, prior: logNormal(1e-3, 10) } : parameter,
    ),
  ),
});

/** What somebody may name a study, a metric, a parameter or a choice. */
export const HOSTILE_NAMES = [
  "<script>alert(1)</script>",
  `"><img src=x onerror='alert(2)'>`,
  "]]></style><svg onload=alert(3)>",
  "a".repeat(300),
  "{rich|text} %s {a} {b} ${c}",
  'zr0-cls-1 url(#zr0-c1) class="zr0-cls-3"',
  "ünï☃ 日本語 🙂\u0007\u001b[31m\u202egnp.exe",
  "__proto__",
  "constructor",
  "",
] as const;

/** Two parameters have roles by their names. */
const USUAL_NAMES = ["lr", "batchSize"];

/**
 * A study of `count` trials with all kinds of names, states and values; `parameters` of them, floats
 * on log and linear axes, integers and choices by turns.
 */
export function madeStudy(
  count: number,
  parameters: number,
  names: readonly string[] = [],
): PlottedStudy {
  const nameOf = (i: number): string => names[i] ?? USUAL_NAMES[i] ?? `parameter${i}`;
  const declared = Array.from(
    { length: parameters },
    (_, i) => [nameOf(i), declarationOf(i, names)] as const,
  );
  const space = spaceOf(
    declared.map(([name, { distribution, conditions }]) => ({ name, distribution, conditions })),
  );
  const rng = createRng(5, "made study");
  const trials = Array.from({ length: count }, (_, number): Trial => {
    const params = Object.fromEntries(
      declared.map(([name], i): [string, Params[string]] => [
        name,
        valueOf(i, rng.uniform(), names),
      ]),
    );
    return trialOf(number, params, rng.uniform(), rng.uniform());
  });
  return {
    name: names[0] ?? "made",
    directions: ["minimize"],
    ...(names.length > 0 && { metricNames: [names[names.length - 1]] }),
    trials,
    space,
  };
}

const choicesOf = (names: readonly string[]): readonly string[] =>
  names.length > 0 ? names : ["relu", "tanh", "gelu"];

const KINDS = 4;

function declarationOf(i: number, names: readonly string[]): Declarations[string] {
  switch (i % KINDS) {
    case 0:
      return float(1e-6, 1, { log: true });
    case 1:
      return int(8, 1024, { log: true });
    case 2:
      return float(0, 0.99);
    default:
      return categorical(choicesOf(names));
  }
}

function valueOf(i: number, u: number, names: readonly string[]): Params[string] {
  const choices = choicesOf(names);
  switch (i % KINDS) {
    case 0:
      return 10 ** (-6 * u);
    case 1:
      return Math.round(8 * 128 ** u);
    case 2:
      return 0.99 * u;
    default:
      return choices[Math.floor(u * choices.length)];
  }
}

const STEPS = 8;
const BEGUN = Date.UTC(2026, 0, 1);

function trialOf(number: number, params: Params, u: number, v: number): Trial {
  const value = 0.01 * 10 ** (4 * u * u) * (1 + 1 / (1 + number / 50));
  const reports = Array.from({ length: STEPS }, (_, i) => ({
    step: i + 1,
    value: value * (1 + 3 / (i + 1)),
  }));
  const base = {
    number,
    params,
    distributions: {},
    reports,
    userAttrs: {},
    systemAttrs: {
      "hpo:curves": {
        learningRate: [[0, 0.1 + v]],
        sharpness: reports.map(({ step }) => [step, 3 + step * v]),
      },
    },
    device: `cuda:${number % 3}`,
    startedAt: new Date(BEGUN + 1000 * number),
    completedAt: new Date(BEGUN + 1000 * number + 3500 * (1 + v)),
  };
  if (v < 0.55)
    return { ...base, state: "complete", values: [value], ...(v < 0.02 && { constraints: [1] }) };
  if (v < 0.95)
    return { ...base, reports: reports.slice(0, 4), state: "pruned", values: [reports[3].value] };
  const message = "loss <b>NaN</b>";
  const failure =
    v < 0.98 ? ({ reason: "diverged", message } as const) : ({ reason: "error", message } as const);
  return {
    ...base,
    reports: [...reports.slice(0, 2), { step: 3, value: NaN }],
    state: "failed",
    failure,
  };
}

/** Importances of parameters of these names. */
export const madeImportance = (names: readonly string[]): ShownImportance => ({
  evaluator: "fanova",
  trials: 60,
  importance: names.map((name, i) => ({
    name,
    share: 2 ** -(i + 1),
    spread: 0.01 * (i + 1),
    ...(i % 2 === 0 && { total: 1.5 * 2 ** -(i + 1) }),
  })),
});
