// Writes docs/schedules.md and the pictures in docs/schedules/: npm run build && node docs/schedules/plot.js
import { readFileSync, writeFileSync } from "node:fs";
import { URL } from "node:url";
import {
  constant,
  cosine,
  exponential,
  inverseSquareRoot,
  oneCycle,
  polynomial,
  stepDecay,
  warmRestarts,
  warmupStableDecay,
  withWarmup,
} from "hpo/tfjs";

const STEPS = 1000;

/** The code in the document is the function's own text. */
const schedules = {
  constant: {
    text: "The learning rate itself.",
    make: () => constant(),
  },
  cosine: {
    text: "Half a cosine (Loshchilov and Hutter 2017). The usual choice when the steps are known.",
    make: () => cosine({ steps: 1000, final: 0.1 }),
  },
  warmup: {
    text: "A linear warm-up before any schedule: for large batches, Adam and transformers.",
    make: () => withWarmup({ steps: 100 }, cosine({ steps: 900 })),
  },
  "warmup-stable-decay": {
    text: "Warm-up, stable, decay (Hu et al. 2024): the steps need not be known before the decay.",
    make: () => warmupStableDecay({ warmup: 100, stable: 600, decay: 300, shape: "sqrt" }),
  },
  "one-cycle": {
    text: "One cycle (Smith and Topin 2019): the learning rate is the peak.",
    make: () => oneCycle({ steps: 1000 }),
  },
  "warm-restarts": {
    text: "SGDR (Loshchilov and Hutter 2017): cosines that start again, each longer than the last.",
    make: () => warmRestarts({ period: 143, growth: 2 }),
  },
  "step-decay": {
    text: "Drops by a factor at fixed intervals.",
    make: () => stepDecay({ every: 300, gamma: 0.3 }),
  },
  exponential: {
    text: "A constant factor at each step.",
    make: () => exponential({ gamma: 0.997 }),
  },
  polynomial: {
    text: "A power of what is left; power 1 is the linear decay.",
    make: () => polynomial({ steps: 1000, power: 2 }),
  },
  "inverse-square-root": {
    text: "The Transformer's (Vaswani et al. 2017), with its warm-up.",
    make: () => withWarmup({ steps: 100 }, inverseSquareRoot({ timescale: 100 })),
  },
};

const [WIDTH, HEIGHT] = [360, 150];
const PAD = { left: 30, right: 14, top: 10, bottom: 22 };
const x = (step) => PAD.left + ((WIDTH - PAD.left - PAD.right) * step) / STEPS;
const y = (rate) => PAD.top + (HEIGHT - PAD.top - PAD.bottom) * (1 - rate);

function draw(name, schedule) {
  const points = Array.from(
    { length: STEPS / 2 + 1 },
    (_, i) => `${x(2 * i).toFixed(1)},${y(schedule(2 * i)).toFixed(1)}`,
  );
  const grid = [0, 0.5, 1].map(
    (rate) =>
      `<line x1="${PAD.left}" x2="${WIDTH - PAD.right}" y1="${y(rate)}" y2="${y(rate)}" stroke="#ddd"/>` +
      `<text x="${PAD.left - 5}" y="${y(rate) + 3}" text-anchor="end">${rate}</text>`,
  );
  const ticks = [0, 500, 1000].map(
    (step) => `<text x="${x(step)}" y="${HEIGHT - 6}" text-anchor="middle">${step}</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" ` +
    `viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}: multiplier by step">` +
    `<style>text{font:10px sans-serif;fill:#555}</style><rect width="100%" height="100%" fill="#fff"/>` +
    `${grid.join("")}${ticks.join("")}` +
    `<polyline points="${points.join(" ")}" fill="none" stroke="#0072b2" stroke-width="1.8"/></svg>\n`
  );
}

const codeOf = (make) => make.toString().replace(/^\(\) => /, "");

const sections = Object.entries(schedules).map(([name, { text, make }]) => {
  writeFileSync(new URL(`./${name}.svg`, import.meta.url), draw(name, make()));
  return `## \`${codeOf(make)}\`\n\n${text}\n\n![${name}](schedules/${name}.svg)\n`;
});
const introduction = readFileSync(new URL("./introduction.md", import.meta.url), "utf8");
writeFileSync(
  new URL("../schedules.md", import.meta.url),
  `${introduction}\n${sections.join("\n")}`,
);
