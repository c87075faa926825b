import type { LinesMark } from "../../chart/chart.ts";
import { colourOf, shadeColour } from "../theme.ts";
import { polylineShape } from "../shapes.ts";
import type { Ground, ToPixels } from "./pixels.ts";
import { byShade } from "./shades.ts";

/** A path for each shade, the best on top. */
export function lineElements(mark: LinesMark, { theme, toPixels }: Ground): object[] {
  const { width: lineWidth, dashed, opacity = 1 } = mark;
  return byShade(mark.grades, mark.lines.length).flatMap(({ shade, indices }) => {
    const lines = indices.flatMap((i) => pieces(mark.lines[i], mark.stepped ?? false, toPixels));
    if (lines.length === 0) return [];
    const stroke = shade === undefined ? colourOf(theme, mark.colour) : shadeColour(theme, shade);
    const dash = dashed && { lineDash: [5, 4] };
    const style = { fill: null, stroke, lineWidth, opacity, lineJoin: "round", ...dash };
    return [{ type: polylineShape.type, shape: { lines, closed: false }, style }];
  });
}

/** A line in pixels; in pieces where a point between has no place. */
function pieces(
  line: LinesMark["lines"][number],
  stepped: boolean,
  toPixels: ToPixels,
): number[][] {
  const found: number[][] = [];
  let open: number[] | undefined;
  line.x.forEach((x, i) => {
    const at = toPixels(x, line.y[i]);
    if (!at) {
      open = undefined;
      return;
    }
    if (!open) found.push((open = []));
    else if (stepped) open.push(at[0], open[open.length - 1]);
    open.push(at[0], at[1]);
  });
  return found;
}
