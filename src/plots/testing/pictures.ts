/**
 * The pictures of the docs, by the project's own plots: npm run pictures [NAME …] draws them anew,
 * npm run test:pictures checks that they come out the same. All in one process.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { plot, type AskedOptions } from "../plot.ts";
import type { PlotName } from "../registry.ts";
import { example, type ExampleName } from "./examples.ts";
import { indexedPng } from "./indexed-png.ts";

const FOLDER = "docs/pictures";
/** Where pictures that came out otherwise are put, to be looked at. */
const WRONG = ".bench/pictures";
const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map(
  (file) => `node_modules/dejavu-fonts-ttf/ttf/${file}`,
);
/** The most pixels that may differ, as a share: fonts are ours, so hardly any do. */
const TOLERANCE = 0.002;
const MOST_BYTES = 40_000;

interface Picture {
  readonly name: string;
  readonly kind: PlotName;
  readonly study: ExampleName;
  readonly options?: AskedOptions;
  /** Only its first trials, where a crowd would make a large file. */
  readonly first?: number;
  readonly width?: number;
  readonly height?: number;
}

const PICTURES: readonly Picture[] = [
  { name: "history", kind: "history", study: "noisy-quadratic" },
  {
    name: "history-compared",
    kind: "history",
    study: "noisy-quadratic",
    options: { others: [example("noisy-quadratic at random")] },
  },
  { name: "parallel", kind: "parallel", study: "branches", first: 26, width: 760, height: 400 },
  { name: "slice", kind: "slice", study: "noisy-quadratic" },
  { name: "branches", kind: "branches", study: "branches" },
  {
    name: "contour",
    kind: "contour",
    study: "noisy-quadratic",
    options: { params: ["lr", "batchSize"] },
  },
  {
    name: "contour-uncertainty",
    kind: "contour",
    study: "noisy-quadratic",
    options: { params: ["lr", "batchSize"], uncertainty: true },
  },
  { name: "rank", kind: "rank", study: "noisy-quadratic" },
  { name: "feasible", kind: "feasible", study: "noisy-quadratic at random" },
  { name: "prior", kind: "prior", study: "logistic" },
  { name: "regret", kind: "regret", study: "noisy-quadratic" },
  { name: "importance", kind: "importance", study: "noisy-quadratic" },
  { name: "intermediate", kind: "intermediate", study: "network" },
  {
    name: "edf",
    kind: "edf",
    study: "noisy-quadratic",
    options: { others: [example("noisy-quadratic at random")] },
  },
  { name: "pareto", kind: "pareto", study: "size" },
  { name: "hypervolume", kind: "hypervolume", study: "size" },
  { name: "timeline", kind: "timeline", study: "workers" },
  { name: "scale", kind: "scale", study: "noisy-quadratic" },
  { name: "curves", kind: "curves", study: "network" },
  { name: "edge", kind: "edge", study: "network", options: { trials: [5, 31, 17, 10] } },
];

const isCheck = process.argv.includes("--check");
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
let passed = 0;
const failures: string[] = [];

for (const picture of PICTURES) {
  if (names.length > 0 && !names.includes(picture.name)) continue;
  const { width, height } = picture;
  const study = example(picture.study);
  const shown = { ...study, trials: study.trials.slice(0, picture.first) };
  const made = plot(shown, picture.kind, picture.options);
  for (const theme of ["light", "dark"] as const) {
    const file = `${picture.name}-${theme}.png`;
    const png = indexedPng(await made.png({ theme, width, height, zoom: 1, fontFiles: FONTS }));
    const fault = isCheck ? difference(file, png) : kept(file, png);
    if (fault === undefined) passed++;
    else failures.push(`${file}: ${fault}`);
  }
}
for (const failure of failures) console.error(failure);
console.log(`pictures: ${passed} passed, ${failures.length} failed`);
if (failures.length > 0) process.exitCode = 1;

function kept(file: string, png: Buffer): string | undefined {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, file), png);
  console.log(`${join(FOLDER, file)} ${(png.length / 1000).toFixed(1)} kB`);
  return png.length > MOST_BYTES ? `${png.length} bytes, more than ${MOST_BYTES}` : undefined;
}

function difference(file: string, png: Buffer): string | undefined {
  const now = PNG.sync.read(png);
  let before: PNG;
  try {
    before = PNG.sync.read(readFileSync(join(FOLDER, file)));
  } catch {
    return "there is no such picture; npm run pictures draws it";
  }
  if (before.width !== now.width || before.height !== now.height) return "another size";
  const wrong = pixelmatch(before.data, now.data, undefined, now.width, now.height, {
    threshold: 0.1,
  });
  if (wrong <= TOLERANCE * now.width * now.height) return undefined;
  mkdirSync(WRONG, { recursive: true });
  writeFileSync(join(WRONG, file), png);
  return `${wrong} pixels differ; see ${join(WRONG, file)}`;
}
