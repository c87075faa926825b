import type { PlotAxis, PlotPanel } from "../../chart/chart.ts";
import { ends, place } from "../../chart/scale.ts";
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

/** Pixels with one digit behind the point: what an eye tells apart, in few bytes. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;

export function pixelsOf({ x, y }: PlotPanel, { left, top, width, height }: Frame): ToPixels {
  const along = alongAxis(x, left, width);
  const down = alongAxis(y, top + height, -height);
  return (xValue, yValue) => {
    const at = along(xValue);
    const under = down(yValue);
    return Number.isFinite(at) && Number.isFinite(under) ? [tenth(at), tenth(under)] : undefined;
  };
}

function alongAxis({ scale }: PlotAxis, from: number, length: number): (value: number) => number {
  const [low, high] = ends(scale);
  const perUnit = length / (high - low);
  return (value) => from + (place(scale, value) - low) * perUnit;
}
