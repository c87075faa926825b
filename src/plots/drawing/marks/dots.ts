import type { DotsMark } from "../../chart/chart.ts";
import { isStroked, symbolShape } from "../symbols.ts";
import { colourOf, shadeColour } from "../theme.ts";
import type { Ground } from "./pixels.ts";
import { byShade } from "./shades.ts";

/** A path for each shade, the best on top. */
export function dotElements(mark: DotsMark, { theme, toPixels }: Ground): object[] {
  return byShade(mark.grades, mark.x.length).flatMap(({ shade, indices }) => {
    const points: number[] = [];
    for (const i of indices) {
      const at = toPixels(mark.x[i], mark.y[i]);
      if (at) points.push(at[0], at[1]);
    }
    if (points.length === 0) return [];
    const colour = shade === undefined ? colourOf(theme, mark.colour) : shadeColour(theme, shade);
    const { symbol, size } = mark;
    const shape = { symbol, points, size };
    return stylesOf(mark, colour, theme.page).map((style) => ({
      type: symbolShape.type,
      shape,
      style: { opacity: mark.opacity ?? 1, ...style },
    }));
  });
}

/** How a symbol is painted, from back to front: its rim in the page's colour, then itself. */
function stylesOf({ symbol, size, outlined }: DotsMark, colour: string, page: string): object[] {
  if (!isStroked(symbol)) {
    return [{ fill: colour, ...(outlined && { stroke: page, lineWidth: 1 }) }];
  }
  const lineWidth = symbol === "disc" ? size : 1.4;
  const pen = { fill: null, lineCap: "round" };
  const itself = { ...pen, stroke: colour, lineWidth };
  return outlined ? [{ ...pen, stroke: page, lineWidth: lineWidth + 2 }, itself] : [itself];
}
