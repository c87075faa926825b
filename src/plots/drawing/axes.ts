import type { PlotPanel } from "../chart/chart.ts";
import { ends, type Scale } from "../chart/scale.ts";
import type { Tick } from "../chart/ticks.ts";
import { FONT_SIZE, type PlacedPanel } from "./layout.ts";
import { tenth } from "./marks/pixels.ts";
import { polylineShape } from "./shapes.ts";
import { textElement } from "./text-element.ts";
import type { Theme } from "./theme.ts";

/**
 * Axes of a panel. ECharts' own write 100m for a tenth and 1,024, round integers, and take longer than
 * all that is drawn between them.
 */
export const axisElements = (panel: PlotPanel, placed: PlacedPanel, theme: Theme): object[] => [
  ...yElements(panel, placed, theme),
  ...xElements(panel, placed, theme),
];

const TICK = 4;

function yElements({ y: { scale, bare } }: PlotPanel, placed: PlacedPanel, theme: Theme): object[] {
  const { frame, y, nameGap } = placed;
  const { left, top, width, height } = frame;
  const heights = y.ticks.map((tick) => position(tick, scale, top + height, -height));
  const levels = heights.map((at) => [left, crisp(at), tenth(left + width), crisp(at)]);
  const grid = scale.kind === "category" ? [] : [lineElement(levels, theme.grid)];
  if (bare) return grid;
  const labels = y.ticks.map(({ label: text }, i) =>
    textElement({
      text,
      x: left - 8,
      y: tenth(heights[i]),
      align: "right",
      fill: theme.soft,
      size: FONT_SIZE.tick,
    }),
  );
  const middle = tenth(top + height / 2);
  const name = {
    text: y.name,
    x: left - nameGap,
    y: middle,
    align: "center",
    upright: true,
    fill: theme.soft,
    size: FONT_SIZE.name,
  } as const;
  return [...grid, ...labels, ...(y.name === "" ? [] : [textElement(name)])];
}

function xElements({ x: { scale, bare } }: PlotPanel, placed: PlacedPanel, theme: Theme): object[] {
  const { frame, x } = placed;
  const { left, top, width, height } = frame;
  const bottom = crisp(top + height);
  const places = x.ticks.map((tick) => position(tick, scale, left, width));
  const hasTicks = !bare && scale.kind !== "category";
  const ticks = hasTicks ? places.map((at) => [crisp(at), bottom, crisp(at), bottom + TICK]) : [];
  const line = lineElement([[left, bottom, tenth(left + width), bottom], ...ticks], theme.faint);
  if (bare) return [line];
  const labels = x.ticks.map(({ label: text }, i) =>
    textElement({
      text,
      x: tenth(places[i]),
      y: bottom + 15,
      align: "center",
      fill: theme.soft,
      size: FONT_SIZE.tick,
    }),
  );
  const middle = tenth(left + width / 2);
  const name = {
    text: x.name,
    x: middle,
    y: bottom + 33,
    align: "center",
    fill: theme.soft,
    size: FONT_SIZE.name,
  } as const;
  return [line, ...labels, ...(x.name === "" ? [] : [textElement(name)])];
}

const lineElement = (lines: readonly (readonly number[])[], stroke: string): object => ({
  type: polylineShape.type,
  shape: { lines, closed: false },
  style: { fill: null, stroke, lineWidth: 1 },
});

function position({ at }: Tick, scale: Scale, from: number, length: number): number {
  const [low, high] = ends(scale);
  return from + ((at - low) / (high - low)) * length;
}

/** On a pixel, not between two. */
const crisp = (value: number): number => Math.floor(value) + 0.5;
