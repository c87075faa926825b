import { textWidth } from "../chart/text.ts";
import type { Chart } from "../chart/chart.ts";
import { measureBy, registerShape, staticChart } from "./echarts.ts";
import { optionOf, type Look } from "./option.ts";
import { registerShapes } from "./register-shapes.ts";

registerShapes(registerShape);
measureBy((text, font) => textWidth(text, parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? "12")));

/** The same bytes every time, in this process and in the next. */
export function svgOf(chart: Chart, look: Look): string {
  const { width = chart.width, height = chart.height } = look;
  const drawing = staticChart(width, height);
  try {
    drawing.setOption(optionOf(chart, { ...look, live: false }));
    return compact(drawing.renderToSVGString());
  } finally {
    // An undisposed chart keeps the process alive.
    drawing.dispose();
  }
}

/**
 * Without what counts through the process or is there for a pointer: classes, styles and marks of
 * ECharts' own; and a dot of a round pen as such.
 */
const compact = (svg: string): string =>
  svg
    .replace(/<style[^>]*>.*?<\/style>\n?/gs, "")
    .replace(/ class="zr\d+-cls-\d+"| ecmeta_\w+="[^"]*"| pointer-events="\w+"/g, "")
    .replace(/="(url\(#)?zr\d+-/g, '="$1hpo-')
    .replace(/(M[\d.-]+ [\d.-]+)L[\d.-]+ [\d.-]+(?=[M"])/g, (all, start: string) =>
      isDot(all) ? `${start}h0` : all,
    );

/** A move and a line of a hundredth of a pixel. */
function isDot(path: string): boolean {
  const [x, y, toX, toY] = path.slice(1).split(/[ L]/).map(Number);
  return y === toY && Math.abs(toX - x) < 0.02;
}
