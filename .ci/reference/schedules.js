// The schedules of docs/schedules.md: the code there is the function's own text.
import * as tfjs from "hpo/tfjs";
import { svgOf } from "hpo/plots";

const STEPS = 1000;

const schedules = {
  constant: {
    text: "The learning rate itself.",
    make: () => tfjs.constant(),
  },
  cosine: {
    text: "Half a cosine (Loshchilov and Hutter 2017). The usual choice when the steps are known.",
    make: () => tfjs.cosine({ steps: 1000, final: 0.1 }),
  },
  warmup: {
    text: "A linear warm-up before any schedule: for large batches, Adam and transformers.",
    make: () => tfjs.withWarmup({ steps: 100 }, tfjs.cosine({ steps: 900 })),
  },
  "warmup-stable-decay": {
    text: "Warm-up, stable, decay (Hu et al. 2024): a longer `stable` begins the same, so a training can be lengthened until it decays.",
    make: () => tfjs.warmupStableDecay({ warmup: 100, stable: 600, decay: 300, shape: "sqrt" }),
  },
  "one-cycle": {
    text: "One cycle (Smith and Topin 2019): the learning rate is the peak.",
    make: () => tfjs.oneCycle({ steps: 1000 }),
  },
  "warm-restarts": {
    text: "SGDR (Loshchilov and Hutter 2017): cosines that start again, each longer than the last.",
    make: () => tfjs.warmRestarts({ period: 143, growth: 2 }),
  },
  "step-decay": {
    text: "Multiplied by `gamma` after every 300 steps.",
    make: () => tfjs.stepDecay({ every: 300, gamma: 0.3 }),
  },
  exponential: {
    text: "Multiplied by `gamma` after every step.",
    make: () => tfjs.exponential({ gamma: 0.997 }),
  },
  polynomial: {
    text: "A power of what is left; power 1 is the linear decay.",
    make: () => tfjs.polynomial({ steps: 1000, power: 2 }),
  },
  "inverse-square-root": {
    text: "The Transformer's (Vaswani et al. 2017), with its warm-up.",
    make: () => tfjs.withWarmup({ steps: 100 }, tfjs.inverseSquareRoot({ timescale: 100 })),
  },
};

/** A section for each, with its picture. */
export const schedulesText = () =>
  Object.entries(schedules)
    .map(([name, { text, make }]) => {
      const picture = (theme) => `schedules/${name}-${theme}.svg`;
      return `## \`${codeOf(make)}\`

${text}

<picture><source media="(prefers-color-scheme: dark)" srcset="${picture("dark")}"><img alt="${name}: the multiplier by step" src="${picture("light")}"></picture>`;
    })
    .join("\n\n");

export const scheduleDrawings = () =>
  Object.entries(schedules).flatMap(([name, { make }]) =>
    ["light", "dark"].map((theme) => ({
      path: `docs/schedules/${name}-${theme}.svg`,
      written: `${svgOf(chartOf(name, make()), { theme })}\n`,
    })),
  );

const codeOf = (make) =>
  make
    .toString()
    .replace(/^\(\) => /, "")
    .replaceAll("tfjs.", "");

function chartOf(name, schedule) {
  const steps = Array.from({ length: STEPS / 2 + 1 }, (_, i) => 2 * i);
  return {
    title: name,
    facts: [],
    width: 340,
    height: 200,
    panels: [
      {
        x: { name: "step", scale: { kind: "linear", low: 0, high: STEPS } },
        y: { name: "multiplier", scale: { kind: "linear", low: 0, high: 1 } },
        marks: [
          {
            mark: "lines",
            width: 1.8,
            colour: "accent",
            lines: [{ x: steps, y: steps.map((step) => schedule(step)) }],
          },
        ],
      },
    ],
  };
}
