import type { NumericDistribution } from "../../src/space/distribution.ts";
import { fromUnit } from "../../src/space/unit-cube.ts";

/** The interval of unit coordinates that stand for the same value as `unit` does; with a step. */
export function cellAround(distribution: NumericDistribution, unit: number): [number, number] {
  const { low, high, log, step } = distribution;
  if (step === undefined) return [unit, unit];
  if (low === high) return [0, 1];
  const value = fromUnit(distribution, unit) as number;
  const scale = log ? Math.log : (x: number): number => x;
  const start = scale(low - step / 2);
  const range = scale(high + step / 2) - start;
  return [
    Math.max(0, (scale(value - step / 2) - start) / range),
    Math.min(1, (scale(value + step / 2) - start) / range),
  ];
}
