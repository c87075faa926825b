import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { trialsOfCsv } from "../../cli/scale/scale-csv.ts";
import { scaleRequest } from "../../cli/scale/scale-request.ts";
import { recommend } from "../../cli/scale/scale.ts";
import { csvOf } from "../../export/table.ts";
import type { Rng } from "../../numerics/rng.ts";
import { chance, hostileNumber, pick, manyDrawn, slippedText } from "./draw.ts";
import { FuzzFault, requireSame, type Fuzzer } from "./fuzzer.ts";

/** The runs that `hpo scale --from-csv` learns from. */
export const csvFiles: Fuzzer = {
  name: "csv",
  draw(rng, folder) {
    const right = runsDrawn(rng);
    const text = chance(rng, 0.6) ? slippedText(rng, right) : right;
    const file = join(folder, "runs.csv");
    return { text, names: [file], take: () => takeCsv(text, file) };
  },
};

async function takeCsv(text: string, file: string): Promise<void> {
  const { trials } = trialsOfCsv(text, file, {}, "minimize");
  const rows = trials.map(({ learningRate, batchSize, value, steps, samples, beside }) => ({
    lr: learningRate,
    batch_size: batchSize,
    value,
    steps,
    samples,
    ...Object.fromEntries(
      // Of any other name a column is taken by its prefix alone.
      Object.entries(beside ?? {}).map(([name, one]) => [`params.${name}`, one]),
    ),
  }));
  // Each line needs each column.
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const whole = rows.map((row) =>
    Object.fromEntries(columns.map((name) => [name, (row as Record<string, number>)[name]])),
  );
  if (rows.length > 0) {
    requireSame("the runs", trials, trialsOfCsv(csvOf(whole), file, {}, "minimize").trials);
  }
  writeFileSync(file, text);
  const shared = { storage: "memory:", optimizer: "other" } as const;
  const request = scaleRequest({ ...shared, batch: 2048, fromCsv: file });
  const { learningRate, interval } = await recommend(request);
  if (![learningRate, ...interval].every((rate) => rate > 0 && rate < Infinity)) {
    throw new FuzzFault(`it recommends ${learningRate}, between ${interval.join(" and ")}`);
  }
}

const SEPARATED = ["\n", "\r\n"];
const BESIDE = ["momentum", "params.wd", "steps", "samples", "note", "state"];

function runsDrawn(rng: Rng): string {
  const names = [pick(rng, ["lr", "learning_rate", "params.lr"]), pick(rng, ["batch_size", "bs"])];
  const header = [...names, "value", ...BESIDE.filter(() => chance(rng, 0.25))];
  const order = rng.permutation(header.length);
  const lines = manyDrawn(rng, 2, 10, () => {
    const cells = header.map((name) => cellDrawn(rng, name));
    return order.map((index) => cells[index]).join(",");
  });
  const all = [order.map((index) => header[index]).join(","), ...lines];
  return (
    (chance(rng, 0.1) ? "\ufeff" : "") + all.join(pick(rng, SEPARATED)) + pick(rng, ["", "\n"])
  );
}

function cellDrawn(rng: Rng, name: string): string {
  if (chance(rng, 0.02)) return String(hostileNumber(rng));
  switch (name) {
    case "value":
      return pick(rng, [String(rng.uniform()), String(rng.integer(1, 9)), "nan", "inf", ""]);
    case "note":
      return pick(rng, ["", "ok", '"a, b"', '"say ""so"""']);
    case "state":
      return pick(rng, ["complete", "complete", "pruned"]);
    case "batch_size":
    case "bs":
    case "steps":
    case "samples":
      return String(2 ** rng.integer(3, 12));
    default:
      return String(Math.exp(-rng.integer(1, 12)));
  }
}
