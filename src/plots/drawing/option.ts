import type { Chart, Mark, Panel } from "../chart/chart.ts";
import { printable } from "../chart/text.ts";
import { axisBase } from "./axis.ts";
import { FONT_SIZE, layoutOf, type Layout, type PlacedPanel } from "./layout.ts";
import { markSeries } from "./marks/mark-series.ts";
import { parallelOption } from "./parallel.ts";
import { rampSeries } from "./ramp.ts";
import { ICONS } from "./symbols.ts";
import { colourOf, FONT, THEMES, type Theme, type ThemeName } from "./theme.ts";
import { tooltip } from "./tooltip.ts";

/** An option of ECharts: opaque, as it is made here and taken by ECharts alone. */
export type ChartOption = Readonly<Record<string, unknown>>;

export interface Look {
  readonly theme: ThemeName;
  /** In pixels; the chart's own by default. */
  readonly width?: number;
  readonly height?: number;
  /** Whether there is a pointer that points at things. */
  readonly live?: boolean;
}

/** What ECharts draws of a chart: the same in Node and in a browser. */
export function optionOf(chart: Chart, look: Look): ChartOption {
  const theme = THEMES[look.theme];
  const live = look.live ?? false;
  const layout = layoutOf(chart, look.width ?? chart.width, look.height ?? chart.height);
  const body = chart.parallel
    ? parallelOption(chart.parallel, layout, theme, live)
    : panelsOption(chart.panels, layout, theme, live);
  const { series, ...axes } = body;
  return {
    backgroundColor: theme.page,
    animation: false,
    textStyle: { fontFamily: FONT, color: theme.text },
    aria: { enabled: true, label: { description: description(chart) } },
    title: titleOption(layout, theme),
    ...(layout.legend.length > 0 && { legend: legendOption(layout, theme) }),
    ...(live && { tooltip: tooltip(theme) }),
    ...axes,
    series: [...series, ...(chart.ramp ? [rampSeries(chart.ramp, layout, theme)] : [])],
  };
}

const description = ({ title, facts }: Chart): string => printable([title, ...facts].join(". "));

const titleOption = ({ title, facts }: Layout, theme: Theme): object => ({
  text: title,
  subtext: facts.join("\n"),
  left: 16,
  top: 12,
  padding: 0,
  itemGap: 6,
  textStyle: { color: theme.text, fontSize: FONT_SIZE.title, fontWeight: 600, lineHeight: 20 },
  subtextStyle: { color: theme.soft, fontSize: FONT_SIZE.facts, lineHeight: 17 },
});

/** Entries are numbered: a name may be anything, the text is looked up. */
const legendOption = ({ legend, legendTop }: Layout, theme: Theme): object => ({
  left: 12,
  top: legendTop,
  padding: 4,
  itemGap: 18,
  itemWidth: 14,
  itemHeight: 9,
  textStyle: { color: theme.soft, fontSize: FONT_SIZE.name },
  formatter: (id: string) => legend[Number(id)]?.text ?? "",
  data: legend.map(({ mark }, i) => ({ name: String(i), ...legendIcon(mark, theme) })),
});

function legendIcon(mark: Mark, theme: Theme): object {
  const color = colourOf(theme, mark.colour);
  if (mark.mark !== "dots") {
    const isLine = mark.mark === "lines" || mark.mark === "rule";
    const opacity = isLine ? 1 : Math.max(mark.opacity ?? 0.2, 0.35);
    return { icon: ICONS[isLine ? "line" : "area"], itemStyle: { color, opacity } };
  }
  const rim = mark.symbol === "ring" && { color: theme.page, borderColor: color, borderWidth: 1.6 };
  return { icon: ICONS[mark.symbol], itemStyle: { color, opacity: 1, ...rim } };
}

interface Body {
  readonly series: readonly object[];
  readonly [part: string]: unknown;
}

function panelsOption(panels: readonly Panel[], layout: Layout, theme: Theme, live: boolean): Body {
  const ids = new Map(layout.legend.map(({ name }, i) => [name, String(i)]));
  const placed = layout.panels;
  return {
    grid: placed.map(({ frame }) => ({ ...frame, outerBoundsMode: "none" })),
    xAxis: panels.map((panel, i) => xAxis(panel, placed[i], i, theme)),
    yAxis: panels.map((panel, i) => yAxis(panel, placed[i], i, theme)),
    series: panels.flatMap((panel, index) =>
      markSeries(panel, { index, frame: placed[index].frame, theme, ids, live }),
    ),
  };
}

function xAxis(panel: Panel, { x }: PlacedPanel, gridIndex: number, theme: Theme): object {
  const { bare, scale } = panel.x;
  return {
    gridIndex,
    ...axisBase(scale, x, theme),
    nameGap: 26,
    axisLine: { onZero: false, lineStyle: { color: theme.faint } },
    axisTick: {
      customValues: x.ticks.map(({ at }) => at),
      show: !bare && scale.kind !== "category",
      length: 4,
      lineStyle: { color: theme.faint },
    },
    ...(bare && { axisLabel: { show: false } }),
    splitLine: { show: false },
  };
}

function yAxis(panel: Panel, { y, nameGap }: PlacedPanel, gridIndex: number, theme: Theme): object {
  const { bare, scale } = panel.y;
  return {
    gridIndex,
    ...axisBase(scale, y, theme),
    nameGap,
    axisLine: { show: false },
    axisTick: { customValues: y.ticks.map(({ at }) => at), show: false },
    ...(bare && { axisLabel: { show: false } }),
    splitLine: { show: scale.kind !== "category", lineStyle: { color: theme.grid } },
  };
}
