import type { Panel } from "../../chart/chart.ts";
import { place } from "../../chart/scale.ts";
import type { Frame } from "../layout.ts";
import type { Theme } from "../theme.ts";

/** What a mark is drawn in. */
export interface Ground {
  /** Of the panel. */
  readonly frame: Frame;
  readonly theme: Theme;
  readonly toPixels: ToPixels;
}

/** Pixels of a point in the units of its axes; undefined for a point without a place. */
export type ToPixels = (x: number, y: number) => readonly [left: number, top: number] | undefined;

/** What ECharts hands to a series that draws by itself. */
export interface RenderApi {
  readonly coord: (point: readonly [number, number]) => [number, number];
}

/** Pixels with one digit behind the point: what an eye tells apart, in few bytes. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;

export const pixelsOf =
  ({ x: xAxis, y: yAxis }: Panel, { coord }: RenderApi): ToPixels =>
  (x, y) => {
    const at = [place(xAxis.scale, x), place(yAxis.scale, y)] as const;
    if (!Number.isFinite(at[0]) || !Number.isFinite(at[1])) return undefined;
    const [left, top] = coord(at);
    return [tenth(left), tenth(top)];
  };
