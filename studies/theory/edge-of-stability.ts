import { curvatureLimit } from "hpo/theory";
import { drawSheet } from "../panels.ts";
import { followSharpness, settings } from "./edge-settings.ts";
import type { EdgeRun, Setting } from "./edge-settings.ts";
import { mean, spread } from "./evidence.ts";
import type { Evidence, EvidenceOptions, EvidenceStudy, EvidenceTable } from "./evidence.ts";

const steps = 20_000;
const looks = 40;
const seeds = [0, 1, 2];
const tolerance = 0.03;
/** Below this share of the threshold a run has converged before it came to the edge. */
const arrived = 0.9;

interface Row {
  readonly setting: Setting;
  readonly runs: readonly EdgeRun[];
}

const title = ({ name, rate }: Setting): string => `${name} ${rate}`;
const tailsOf = ({ runs }: Row): number[] => runs.map(({ tail }) => tail);

/** The runs that came to the edge: their mean is what is compared. */
const arrivedTails = (row: Row): number[] => tailsOf(row).filter((tail) => tail >= arrived);

function isWithin(row: Row): boolean {
  const { expected } = row.setting;
  const tails = arrivedTails(row);
  return (
    expected === undefined ||
    (tails.length > 0 && Math.abs(mean(tails) / expected - 1) <= tolerance)
  );
}

function tableOf(rows: readonly Row[]): EvidenceTable {
  const lines = rows.map((row) => {
    const tails = tailsOf(row);
    const { setting, runs } = row;
    return [
      title(setting),
      (curvatureLimit(setting.rule, setting.rate) as number).toPrecision(4),
      setting.expected?.toFixed(3) ?? "converges",
      ...tails.map((tail) => tail.toFixed(3)),
      arrivedTails(row).length > 0 ? spread(arrivedTails(row)) : "—",
      mean(runs.map(({ loss }) => loss)).toExponential(1),
      isWithin(row) ? "" : "miss",
    ];
  });
  const starts = seeds.map((seed) => `start ${seed}`);
  return {
    title: "tail sharpness ÷ threshold of stability",
    rows: [["optimizer", "threshold", "expected", ...starts, "at the edge", "loss", ""], ...lines],
  };
}

const pictureOf = (rows: readonly Row[]): string =>
  drawSheet({
    label: "Sharpness over the threshold of stability by step, one panel for each optimizer",
    columns: 4,
    panels: rows.map(({ setting, runs }) => ({
      title: title(setting),
      x: { low: 0, high: steps, ticks: [0, steps] },
      y: { low: 0, high: 1.5, ticks: [0, 0.5, 1, 1.5] },
      levels: [1],
      series: runs.map(({ curve }, i) => ({
        name: `start ${i}`,
        points: curve.map(({ step, ratio }) => [step, ratio] as const),
      })),
    })),
  });

async function run({ progress }: EvidenceOptions): Promise<Evidence> {
  const rows: Row[] = [];
  for (const setting of settings) {
    const runs: EdgeRun[] = [];
    for (const seed of seeds) {
      progress(`${title(setting)}, start ${seed}`);
      runs.push(await followSharpness(setting, seed, steps, looks));
    }
    rows.push({ setting, runs });
  }
  const misses = rows.filter((row) => !isWithin(row)).map(({ setting }) => title(setting));
  const early = rows.flatMap((row) =>
    row.setting.expected === undefined ? [] : tailsOf(row).filter((tail) => !(tail >= arrived)),
  );
  const below = rows.filter(({ setting }) => setting.expected === undefined);
  return {
    title: "full-batch training stays at the threshold that the learning rate sets",
    tables: [tableOf(rows)],
    bars: [
      {
        what: "each ratio within 3 % of the one expected, over the starts that came to the edge",
        found: misses.length === 0 ? "all" : `not ${misses.join(", ")}`,
        met: misses.length === 0,
      },
      {
        what: "at most one start of those that are to come to the edge does not",
        found: `${early.length} of ${seeds.length * (rows.length - below.length)}`,
        met: early.length <= 1,
      },
    ],
    notes: [
      `${steps} steps from ${seeds.length} starts; λ_max by Lanczos at ${looks} of them, the tail is the ` +
        "last quarter's mean; ± is the standard deviation over starts.",
      "Assumed: one small tanh network, half the mean squared error, full batch, float64; thresholds " +
        "2/η, (2+2β)/η, (2+2β)/((1+2β)η), 38/η for Adam and 2/η for RMSProp, of P^-½HP^-½ for the last two.",
      `Misses on the way to the edge are kept: ${below
        .map((row) => `${title(row.setting)} ended at ${spread(tailsOf(row), 2)}`)
        .join("; ")}.`,
    ],
    picture: pictureOf(rows),
    data: rows.map(({ setting, runs }) => ({
      optimizer: setting.name,
      rate: setting.rate,
      expected: setting.expected,
      tails: runs.map(({ tail }) => tail),
      losses: runs.map(({ loss }) => loss),
    })),
  };
}

export const edgeOfStability: EvidenceStudy = { name: "edge-of-stability", run };
