import { textWidth } from "../chart/text.ts";
import type { PlotChart } from "../chart/chart.ts";
import { measureBy, registerShape, staticChart } from "./echarts.ts";
import { optionOf, type Look } from "./option.ts";
import { registerShapes } from "./register-shapes.ts";

registerShapes(registerShape);
measureBy((text, font) => textWidth(text, parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? "12")));

/** The same bytes every time, in this process and in the next. */
export function svgOf(chart: PlotChart, look: Look): string {
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

/** A move and a line of a hundredth of a pixel, in pixels of one digit: 17.5 → 17.51, 17 → 17.01. */
const DOT = /M([\d.]+) ([\d.]+)L\1(?:\.01|(?<=\.\d)1) \2(?=[M"])/g;

/**
 * Without what counts through the process or is there for a pointer: classes, styles and marks of
 * ECharts' own; and a dot of a round pen as such.
 */
const compact = (svg: string): string =>
  svg
    .replace(/<style[^>]*>.*?<\/style>\n?/gs, "")
    .replace(/ (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="\w+")/g, "")
    .replace(/="(url\(#)?zr\d+-/g, '="$1hpo-')
    .replace(DOT, "M$1 $2h0");
