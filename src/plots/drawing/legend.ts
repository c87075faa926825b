import type { Mark } from "../chart/chart.ts";
import { FONT_SIZE, type Layout } from "./layout.ts";
import { polylineShape } from "./shapes.ts";
import { ICONS, isStroked, symbolShape } from "./symbols.ts";
import { textElement } from "./text-element.ts";
import { colourOf, type Theme } from "./theme.ts";

const isLine = (mark: Mark): boolean => mark.mark === "lines" || mark.mark === "rule";

/** An area's shade, strong enough for its small box. */
const areaOpacity = (mark: Mark): number =>
  Math.max(mark.opacity ?? (mark.mark === "band" ? 0.2 : 1), 0.35);

/** The legend of a picture. */
export function legendElements({ legend }: Layout, theme: Theme): object[] {
  return legend.flatMap(({ text, mark, left, top }) => [
    icon(mark, left, top, theme),
    textElement({ text, x: left + 21, y: top, fill: theme.soft, size: FONT_SIZE.name }),
  ]);
}

function icon(mark: Mark, x: number, y: number, theme: Theme): object {
  const colour = colourOf(theme, mark.colour);
  if (mark.mark === "dots") {
    const size = Math.max(6, Math.min(10, mark.size));
    const shape = { symbol: mark.symbol, points: [x + 7, y], size };
    const lineWidth = mark.symbol === "disc" ? size : 1.6;
    const style = isStroked(mark.symbol)
      ? { fill: null, stroke: colour, lineWidth, lineCap: "round" }
      : { fill: colour };
    return { type: symbolShape.type, shape, style };
  }
  if (isLine(mark)) {
    const dash = "dashed" in mark && mark.dashed && { lineDash: [5, 4] };
    const shape = { lines: [[x, y, x + 14, y]], closed: false };
    const style = { fill: null, stroke: colour, lineWidth: 2.5, ...dash };
    return { type: polylineShape.type, shape, style };
  }
  const shape = { x, y: y - 5, width: 14, height: 10, r: 2 };
  return { type: "rect", shape, style: { fill: colour, opacity: areaOpacity(mark) } };
}

/** The legend of a page, whose entries turn marks off. They are numbered: a name may be anything. */
export const liveLegend = ({ legend, legendTop }: Layout, theme: Theme): object => ({
  left: 12,
  top: legendTop,
  padding: 4,
  itemGap: 18,
  itemWidth: 14,
  itemHeight: 9,
  textStyle: { color: theme.soft, fontSize: FONT_SIZE.name },
  formatter: (id: string) => legend[Number(id)]?.text ?? "",
  data: legend.map(({ mark }, i) => ({ name: String(i), ...liveIcon(mark, theme) })),
});

function liveIcon(mark: Mark, theme: Theme): object {
  const color = colourOf(theme, mark.colour);
  if (mark.mark === "dots") {
    const isRing = mark.symbol === "ring";
    const rim = isRing && { color: theme.page, borderColor: color, borderWidth: 1.6 };
    return { icon: ICONS[mark.symbol], itemStyle: { color, opacity: 1, ...rim } };
  }
  if (isLine(mark)) return { icon: ICONS.line, itemStyle: { color, opacity: 1 } };
  return { icon: ICONS.area, itemStyle: { color, opacity: areaOpacity(mark) } };
}
