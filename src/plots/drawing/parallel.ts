import type { Parallel } from "../chart/chart.ts";
import { ends, place, type Scale } from "../chart/scale.ts";
import { shorten } from "../chart/text.ts";
import { ticksOf, type Tick } from "../chart/ticks.ts";
import { drawnSeries } from "./drawn-series.ts";
import { FONT_SIZE, type Frame, type Layout } from "./layout.ts";
import { tenth } from "./marks/pixels.ts";
import { polylineShape } from "./shapes.ts";
import { byShade } from "./marks/shades.ts";
import { shadeColour, type Theme } from "./theme.ts";

/** Where rows pass that lack a parameter: so far below the axis, as a share of its span. */
const ABSENT = 0.12;

/** ECharts' own parallel axes: on a page, an interval of an axis selects the lines through it. */
export function parallelOption(parallel: Parallel, { body }: Layout, theme: Theme, live: boolean) {
  const { axes, rows } = parallel;
  const step = body.width / axes.length;
  const frame = {
    left: body.left + step / 2 - 20,
    top: body.top + 22,
    width: body.width - step,
    height: body.height - 40,
  };
  const placed = axes.map(({ scale, optional }) => axisOf(scale, optional, frame.height));
  const data = rows.map((row) =>
    row.map((value, i) => (value === null ? placed[i].absent : place(axes[i].scale, value))),
  );
  return {
    parallel: frame,
    parallelAxis: axes.map(({ name }, dim) => ({
      dim,
      ...axisOption(name, placed[dim], step, theme),
    })),
    series: live
      ? liveSeries(parallel, data, theme)
      : [drawnSeries(shades(parallel, pixelsOf(data, placed, frame), theme))],
  };
}

const axisOption = (
  name: string,
  { min, max, ticks }: ParallelAxis,
  room: number,
  theme: Theme,
): object => ({
  type: "value",
  min,
  max,
  name: shorten(name, room - 10, FONT_SIZE.name, true),
  nameGap: 12,
  nameTextStyle: { color: theme.text, fontSize: FONT_SIZE.name, fontWeight: 600 },
  axisLine: { lineStyle: { color: theme.soft, width: 1.2 } },
  axisTick: { customValues: ticks.map(({ at }) => at), length: 4 },
  axisLabel: {
    customValues: ticks.map(({ at }) => at),
    formatter: (value: number) => nearestLabel(ticks, value),
    color: theme.text,
    fontSize: FONT_SIZE.tick,
    // Lines pass below labels: a rim in the page's colour lets them be read.
    textBorderColor: theme.page,
    textBorderWidth: 3,
  },
});

const LINE = { lineWidth: 1.2, opacity: 0.75 };

/** A path for each shade: a tenth of the time and a third of the bytes of a line each. */
const shades = (
  { grades }: Parallel,
  lines: readonly (readonly number[])[],
  theme: Theme,
): object[] =>
  byShade(grades, lines.length).map(({ shade = 0, indices }) => ({
    type: polylineShape.type,
    shape: { lines: indices.map((i) => lines[i]), closed: false },
    style: { fill: null, stroke: shadeColour(theme, shade), lineJoin: "round", ...LINE },
  }));

const pixelsOf = (
  data: readonly (readonly number[])[],
  axes: readonly ParallelAxis[],
  { left, top, width, height }: Frame,
): number[][] =>
  data.map((row) =>
    row.flatMap((at, i) => {
      const { min, max } = axes[i];
      const x = left + (i * width) / Math.max(1, axes.length - 1);
      return [tenth(x), tenth(top + height * (1 - (at - min) / (max - min)))];
    }),
  );

const liveSeries = (
  { grades, trials }: Parallel,
  data: readonly (readonly number[])[],
  theme: Theme,
): object[] =>
  byShade(grades, data.length).map(({ shade = 0, indices }) => ({
    type: "parallel",
    lineStyle: { width: LINE.lineWidth, opacity: LINE.opacity, color: shadeColour(theme, shade) },
    inactiveOpacity: 0.04,
    activeOpacity: 0.9,
    data: indices.map((i) => ({ value: data[i], tip: `trial ${trials[i]}` })),
  }));

interface ParallelAxis {
  readonly min: number;
  readonly max: number;
  readonly absent: number;
  readonly ticks: readonly Tick[];
}

function axisOf(scale: Scale, optional: boolean, length: number): ParallelAxis {
  const [low, max] = ends(scale);
  const absent = low - ABSENT * (max - low);
  const min = optional ? absent : low;
  const ticks = ticksOf(scale, {
    length: (length * (max - low)) / (max - min),
    sizeOf: () => FONT_SIZE.tick + 3,
    gap: 10,
    overhang: 8,
  }).map((tick) => ({ ...tick, label: shorten(tick.label, 90, FONT_SIZE.tick) }));
  return { min, max, absent, ticks: optional ? [{ at: absent, label: "none" }, ...ticks] : ticks };
}

/** ECharts hands back a tick's value as it rounded it. */
function nearestLabel(ticks: readonly Tick[], value: number): string {
  let best = ticks[0];
  for (const tick of ticks) if (Math.abs(tick.at - value) < Math.abs(best.at - value)) best = tick;
  return best?.label ?? "";
}
