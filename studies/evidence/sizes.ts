import { readFileSync } from "node:fs";
import { bestRates, recommendRate, SIZES, type RateTrial, type SizeName } from "hpo/theory";
import { median } from "simple-statistics";
import type { Sheet } from "../sheet.ts";
import { spread, type Evidence, type EvidenceStudy, type EvidenceTable } from "./evidence.ts";

/*
 * Is a learning rate carried to a wider, deeper or longer training by `recommendRate`? On sweeps of a
 * small transformer (sizes/train.py, sizes/sweep.py: 2e4 to 1e6 weights, one seed), by Adam in the
 * standard parametrisation and in muP and by a heavy ball. Each training is predicted from those
 * smaller along one axis: from the next alone, by belief, and from all of them. Truth is the best rate of its own sweep.
 */
interface Sweep {
  readonly optimizer: "adam" | "heavyBall";
  readonly parametrization: "standard" | "mup";
  readonly size: Readonly<Record<SizeName, number>>;
  readonly weights: number;
  readonly trials: readonly RateTrial[];
}

const BATCH = 8;
const PROBES = new URL("../../../studies/evidence/sizes/probes.json", import.meta.url);
const FILE = new URL("../../../studies/evidence/sizes/sizes.csv", import.meta.url);

/** The sweeps of the file, in its order. */
export function readSweeps(text = readFileSync(FILE, "utf8")): Sweep[] {
  const [header, ...lines] = text.trim().split("\n");
  const names = header.split(",");
  const sweeps = new Map<string, Sweep & { readonly trials: RateTrial[] }>();
  for (const line of lines) {
    const row = Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell]));
    const key = [row.optimizer, row.mup, row.width, row.depth, row.steps].join(" ");
    const size = {
      width: Number(row.width),
      depth: Number(row.depth),
      samples: Number(row.steps) * BATCH,
    };
    const sweep = sweeps.get(key) ?? {
      optimizer: row.optimizer as Sweep["optimizer"],
      parametrization: row.mup === "True" ? "mup" : "standard",
      size,
      weights: Number(row.weights),
      trials: [],
    };
    sweep.trials.push({
      learningRate: Number(row.lr),
      batchSize: BATCH,
      value: Number(row.value),
      ...size,
    });
    sweeps.set(key, sweep);
  }
  return [...sweeps.values()];
}

const finite = ({ trials }: Sweep) => trials.filter(({ value }) => Number.isFinite(value));
const truthOf = (sweep: Sweep): number => bestRates(finite(sweep), 0.5)[0].learningRate;

interface Carried {
  readonly from: string;
  readonly to: Sweep;
  readonly axis: SizeName;
  /** ln of the answer over the truth. */
  readonly error: number;
  /** The same of the nearest sweep's best rate, as it is. */
  readonly unmoved: number;
  readonly holds: boolean;
  readonly width: number;
}

/** Each sweep predicted from those that differ from it along one axis alone and are smaller there. */
export function carryAll(sweeps: readonly Sweep[]): Carried[] {
  return sweeps.flatMap((to) =>
    SIZES.flatMap((axis) => {
      const smaller = sweeps
        .filter((from) => isAlong(axis, from, to) && from.size[axis] < to.size[axis])
        .sort((a, b) => a.size[axis] - b.size[axis]);
      const nearest = smaller.at(-1);
      if (nearest === undefined) return [];
      const sets = smaller.length > 1 ? [[nearest], smaller] : [[nearest]];
      return sets.map((from) => carried(from, to, axis, nearest));
    }),
  );
}

function isAlong(axis: SizeName, from: Sweep, to: Sweep): boolean {
  const same = SIZES.every((name) => name === axis || from.size[name] === to.size[name]);
  // At its base width muP is the standard parametrisation.
  const like = from.parametrization === to.parametrization || isBase(from);
  return same && like && from.optimizer === to.optimizer;
}

const BASE_WIDTH = 64;
const isBase = ({ size, parametrization }: Sweep): boolean =>
  size.width === BASE_WIDTH && parametrization === "standard";

function carried(from: readonly Sweep[], to: Sweep, axis: SizeName, nearest: Sweep): Carried {
  const truth = truthOf(to);
  const { learningRate, interval } = recommendRate(
    from.flatMap((sweep) => sweep.trials),
    {
      toBatch: BATCH,
      family: to.optimizer,
      to: { [axis]: to.size[axis] },
      parametrization: to.parametrization,
      budget: "fixedSamples",
    },
  );
  return {
    from: from.map(({ size }) => size[axis]).join(", "),
    to,
    axis,
    error: Math.log(learningRate / truth),
    unmoved: Math.log(truthOf(nearest) / truth),
    holds: interval[0] <= truth && truth <= interval[1],
    width: interval[1] / interval[0],
  };
}

async function run(): Promise<Evidence> {
  const sweeps = readSweeps();
  const all = carryAll(sweeps);
  const theory = theoryAgainst(sweeps);
  const held = all.filter(({ holds }) => holds).length;
  const errorOf = (pick: (one: Carried) => number): number =>
    median(all.map((one) => Math.abs(pick(one))));
  const [moved, unmoved] = [errorOf(({ error }) => error), errorOf((one) => one.unmoved)];
  return Promise.resolve({
    title: "A learning rate carried over width, depth and samples",
    gives:
      "how well hpo scale predicts the best learning rate of a larger training from smaller ones, and " +
      "where theory's rate lies beside it.",
    tables: [ratesTable(sweeps), carriedTable(all), theoryTable(theory)],
    bars: [
      {
        what: "theory's centre, half way between default and edge, within a factor 5 of the best rate, from 3e4 to 1e6 weights",
        found: `${theory.filter(({ error }) => Math.abs(error) < Math.log(5)).length} of ${theory.length}, ln of it over the best ${spread(theory.map(({ error }) => error, 2))}`,
        met: theory.every(({ error }) => Math.abs(error) < Math.log(5)),
      },
      {
        what: "90 % intervals hold the sweep's own best rate in 85 % and more",
        found: `${held} of ${all.length}`,
        met: held >= 0.85 * all.length,
      },
      {
        what: "median |ln error| below that of the nearest sweep's best rate as it is",
        found: `${moved.toFixed(2)} for ${unmoved.toFixed(2)}`,
        met: moved < unmoved,
      },
    ],
    notes: [
      `${sweeps.length} sweeps of 9 or 10 learning rates a factor 2 apart, one seed each, batch size ` +
        `${BATCH}: a sweep's best rate is itself known to about a factor 1.2.`,
      "Neither the beliefs nor the model's numbers were fitted to these sweeps.",
    ],
    picture: pictureOf(sweeps),
    data: { all, theory },
  });
}

/** What `hpo probe` said of a network at initialisation, at batch size 8. */
interface Probed {
  readonly optimizer: Sweep["optimizer"];
  readonly width: number;
  /** η_c, the directional edge. */
  readonly edge: number;
  readonly learningRate: number;
  readonly interval: readonly [low: number, high: number];
}

interface Theory extends Probed {
  readonly weights: number;
  readonly best: number;
  /** ln of theory's learning rate over the best. */
  readonly error: number;
}

export function theoryAgainst(sweeps: readonly Sweep[]): Theory[] {
  const probes = JSON.parse(readFileSync(PROBES, "utf8")) as readonly Probed[];
  const usual = sweeps[0].size;
  return probes.flatMap((probe) => {
    const sweep = sweeps.find(
      ({ optimizer, parametrization, size }) =>
        optimizer === probe.optimizer &&
        parametrization === "standard" &&
        size.width === probe.width &&
        size.depth === usual.depth &&
        size.samples === usual.samples,
    );
    if (sweep === undefined) return [];
    const best = truthOf(sweep);
    const error = Math.log(probe.learningRate / best);
    return [{ ...probe, weights: sweep.weights, best, error }];
  });
}

const theoryTable = (all: readonly Theory[]): EvidenceTable => ({
  title: "Theory's learning rate before any trial, from the edge η_c at initialisation",
  rows: [
    ["optimizer", "width", "weights", "η_c", "theory", "best", "ln of it over the best", "holds"],
    ...all.map((one) => [
      one.optimizer,
      String(one.width),
      String(one.weights),
      short(one.edge),
      short(one.learningRate),
      short(one.best),
      one.error.toFixed(2),
      one.interval[0] <= one.best && one.best <= one.interval[1] ? "yes" : "no",
    ]),
  ],
});

const name = ({ optimizer, parametrization }: Sweep): string =>
  parametrization === "mup" ? `${optimizer}, muP` : optimizer;

const short = (value: number): string => String(Number(value.toPrecision(2)));

const ratesTable = (sweeps: readonly Sweep[]): EvidenceTable => ({
  title: "Best learning rates",
  rows: [
    ["optimizer", "width", "depth", "samples", "weights", "best rate"],
    ...sweeps.map((sweep) => [
      name(sweep),
      ...SIZES.map((axis) => String(sweep.size[axis])),
      String(sweep.weights),
      short(truthOf(sweep)),
    ]),
  ],
});

const carriedTable = (all: readonly Carried[]): EvidenceTable => ({
  title: "Carried to a larger one: ln of the answer over its own best rate",
  rows: [
    ["optimizer", "over", "from", "to", "error", "as it is", "interval", "holds"],
    ...all.map((one) => [
      name(one.to),
      one.axis,
      one.from,
      String(one.to.size[one.axis]),
      one.error.toFixed(2),
      one.unmoved.toFixed(2),
      `×${one.width.toFixed(1)}`,
      one.holds ? "yes" : "no",
    ]),
  ],
});

/** The best rate by width, where depth and samples are the usual ones. */
function pictureOf(sweeps: readonly Sweep[]): Sheet {
  const usual = sweeps[0].size;
  const byWidth = sweeps.filter(
    ({ size }) => size.depth === usual.depth && size.samples === usual.samples,
  );
  const names = [...new Set(byWidth.map(name))];
  return {
    title: "The best learning rate by the width",
    columns: 1,
    width: 420,
    height: 260,
    legend: true,
    panels: [
      {
        title: "best learning rate, by width",
        x: { low: 24, high: 256, log: true },
        y: { low: 1e-3, high: 0.5, log: true },
        series: names.map((one) => ({
          name: one,
          points: byWidth
            .filter((sweep) => name(sweep) === one || (one.endsWith("muP") && isBaseAdam(sweep)))
            .map((sweep) => [sweep.size.width, truthOf(sweep)] as const)
            .sort(([a], [b]) => a - b),
        })),
      },
    ],
  };
}

const isBaseAdam = (sweep: Sweep): boolean => isBase(sweep) && sweep.optimizer === "adam";

export const sizes: EvidenceStudy = { name: "sizes", run };
