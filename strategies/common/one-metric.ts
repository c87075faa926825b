import { HpoError } from "../../src/errors/errors.ts";

/** @throws HpoError unless there is one metric. */
export function requireOneMetric(strategy: string, metricCount: number): void {
  if (metricCount === 1) return;
  throw new HpoError(
    `${strategy} minimises one metric, and this study has ${metricCount} metrics. ` +
      "Use nsga2() or tpe(), or make one metric of them.",
  );
}
