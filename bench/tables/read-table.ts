import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { mean, median } from "simple-statistics";
import { parseMeasurement, type ProbeMeasurement } from "../../src/theory/probe/measurement.ts";
import type { PoolRow } from "../problems/pool.ts";
import { tablesFolder, type TableSpec } from "./table-spec.ts";

/** A line for each setting, in the order in which they were drawn. */
export const dataFile = (name: string): string => join(tablesFolder, "data", `${name}.jsonl`);
/** What `hpo probe` measured at the middle of the ranges. */
export const measurementFile = (name: string): string =>
  join(tablesFolder, "data", `${name}.probe.json`);

const lineSchema = z
  .object({ values: z.array(z.number().nullable()).nonempty() })
  .catchall(z.number());

/**
 * The settings of a table. A setting's value is the mean over its trainings, NaN if one of them
 * diverged; regret is 0 at the best and 1 at the median of those that did not, or above.
 */
export function tableRows({ name }: TableSpec): readonly PoolRow[] {
  const lines = readFileSync(dataFile(name), "utf8").trimEnd().split("\n");
  const settings = lines.map((line) => {
    const { values, ...params } = lineSchema.parse(JSON.parse(line));
    const value = mean(values.map((one) => one ?? NaN));
    return { params: params, value };
  });
  const finite = settings.map(({ value }) => value).filter(Number.isFinite);
  const [best, middle] = [Math.min(...finite), median(finite)];
  return settings.map(({ params, value }) => ({
    params,
    value,
    regret: Number.isNaN(value) ? Infinity : Math.min(1, (value - best) / (middle - best)),
  }));
}

export const tableMeasurement = ({ name }: TableSpec): ProbeMeasurement =>
  parseMeasurement(readFileSync(measurementFile(name), "utf8"), measurementFile(name));
