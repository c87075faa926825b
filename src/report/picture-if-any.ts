import { HpoError } from "../errors/errors.ts";
import type { PlotChart } from "../plots/chart/chart.ts";
import type { ReportPicture } from "./section.ts";

/** A plot that stands in a report where the study has what it shows; what it lacks, sentences tell. */
export function pictureIfAny(chartOf: () => PlotChart): ReportPicture[] {
  try {
    return [{ chart: chartOf() }];
  } catch (error) {
    if (error instanceof HpoError) return [];
    throw error;
  }
}
