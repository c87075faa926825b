import type { Race } from "./optimizers-race.ts";
import { drawSheet } from "./sheet.ts";

/** One optimizer's panel: its runs with the hyperparameters that tuning found. */
export interface RacePanel {
  readonly name: string;
  readonly races: readonly Race[];
}

/** Small multiples: the loss (log) by gradient evaluations, the target dashed. */
export const drawPanels = (panels: readonly RacePanel[], budget: number, target: number): string =>
  drawSheet({
    title: "Loss by gradient evaluations, one panel for each optimizer",
    columns: 5,
    panels: panels.map(({ name, races }) => ({
      title: name,
      x: { low: 0, high: budget },
      y: { low: 1e-5, high: 10, log: true },
      levels: [target],
      series: races.map(({ curve }) => ({
        name: "run",
        points: curve.map(({ evaluations, loss }) => [evaluations, loss] as const),
      })),
    })),
  });
