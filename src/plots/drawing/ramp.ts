import type { Ramp } from "../chart/chart.ts";
import { shorten } from "../chart/text.ts";
import { FONT_SIZE, RAMP_MARGIN, RAMP_WIDTH, type Layout } from "./layout.ts";
import { textElement } from "./text-element.ts";
import { SHADES, shadeColour, type Theme } from "./theme.ts";

const BAR = { width: 12, most: 200 };

/** The bar beside the panels that says what colours mean. */
export function rampElements(ramp: Ramp, { width, body }: Layout, theme: Theme): object[] {
  const height = Math.min(BAR.most, body.height - 60);
  const left = width - RAMP_WIDTH - RAMP_MARGIN;
  const top = body.top + (body.height - height) / 2 - 10;
  const shade = height / SHADES;
  const label = (text: string, x: number, y: number, verticalAlign: "middle" | "bottom"): object =>
    textElement({ text, x, y, verticalAlign, fill: theme.soft, size: FONT_SIZE.tick });
  const bars = Array.from({ length: SHADES }, (_, i) => ({
    type: "rect",
    // Half a pixel over the next, so that no seam shows.
    shape: {
      x: left,
      y: top + i * shade,
      width: BAR.width,
      height: shade + (i < SHADES - 1 ? 0.5 : 0),
    },
    style: { fill: shadeColour(theme, ramp.upward === true ? SHADES - 1 - i : i) },
  }));
  const ticks = ramp.ticks.map(({ grade, label: words }) =>
    label(
      shorten(words, RAMP_WIDTH - BAR.width - 14, FONT_SIZE.tick),
      left + BAR.width + 6,
      top + (ramp.upward === true ? 1 - grade : grade) * height,
      "middle",
    ),
  );
  const name = label(shorten(ramp.name, RAMP_WIDTH, FONT_SIZE.tick), left, top - 10, "bottom");
  return [...bars, ...ticks, name];
}
