import { history } from "./kinds/history.ts";
import { parallel } from "./kinds/parallel.ts";
import type { PlotKind } from "./plot-kind.ts";

/** Every plot by its name: a new one is a file of `kinds/` and a line here. */
export const PLOTS = {
  history,
  parallel,
} as const satisfies Readonly<Record<string, PlotKind>>;

export type PlotName = keyof typeof PLOTS;
