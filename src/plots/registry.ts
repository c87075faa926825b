import * as kinds from "./kinds/index.ts";
import type { PlotKind } from "./plot-kind.ts";

/** Every plot by its name: a new one is a file of `kinds/` and a line of its index. */
export const PLOTS = { ...kinds } satisfies Readonly<Record<string, PlotKind>>;

export type PlotName = keyof typeof PLOTS;
