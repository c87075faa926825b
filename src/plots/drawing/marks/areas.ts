import type { AreasMark, BandMark, BoxesMark } from "../../chart/chart.ts";
import { colourOf } from "../theme.ts";
import { polylineShape } from "../shapes.ts";
import { tenth, type Ground } from "./pixels.ts";

export function bandElements(mark: BandMark, { theme, toPixels }: Ground): object[] {
  const { x, low, high, opacity = 0.2 } = mark;
  const edge = (heights: readonly number[]) =>
    x.flatMap((value, i) => {
      const at = toPixels(value, heights[i]);
      return at ? [at] : [];
    });
  const points = [...edge(high), ...edge(low).reverse()];
  if (points.length < 3) return [];
  const style = { fill: colourOf(theme, mark.colour), opacity };
  return [{ type: "polygon", shape: { points }, style }];
}

export function boxElements(mark: BoxesMark, { theme, toPixels }: Ground): object[] {
  const lines = mark.boxes.flatMap(([x0, x1, y0, y1]) => {
    const from = toPixels(x0, y0);
    const to = toPixels(x1, y1);
    if (!from || !to) return [];
    // What is narrower than a pixel would not be seen.
    const right = to[0] - from[0] < 1 ? tenth(from[0] + 1) : to[0];
    return [[from[0], from[1], right, from[1], right, to[1], from[0], to[1]]];
  });
  if (lines.length === 0) return [];
  const style = { fill: colourOf(theme, mark.colour), opacity: mark.opacity ?? 1 };
  return [{ type: polylineShape.type, shape: { lines, closed: true }, style }];
}

export function areaElements(mark: AreasMark, { theme, frame }: Ground): object[] {
  const { left, top, width, height } = frame;
  const inPixels = (ring: readonly number[]): number[] =>
    ring.map((share, k) => tenth(k % 2 === 0 ? left + share * width : top + (1 - share) * height));
  return mark.grades.map((grade, i) => ({
    type: polylineShape.type,
    shape: { lines: mark.rings[i].map(inPixels), closed: true },
    style: {
      fill: theme.ramp(grade),
      stroke: theme.page,
      lineWidth: 0.4,
      opacity: mark.opacity ?? 1,
    },
  }));
}
