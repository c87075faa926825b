import type { PlotChart, PlotPanel } from "../chart/chart.ts";
import { printable } from "../chart/text.ts";
import { axisElements } from "./axes.ts";
import { headingElements } from "./heading.ts";
import { layoutOf, type Frame, type Layout } from "./layout.ts";
import { drawnSeries } from "./drawn-series.ts";
import { legendElements, liveLegend } from "./legend.ts";
import { panelElements } from "./marks/mark-elements.ts";
import { parallelOption } from "./parallel.ts";
import { rampElements } from "./ramp.ts";
import { pageTheme, THEMES, type Theme, type ThemeName } from "./theme.ts";
import { hitSeries, tooltip } from "./tooltip.ts";

/** An option of ECharts: opaque, as it is made here and taken by ECharts alone. */
export type ChartOption = Readonly<Record<string, unknown>>;

export interface Look {
  /** "page": by the variables of the page that the picture stands in, see `rootStyle`. */
  readonly theme: ThemeName | "page";
  /** In pixels; the chart's own by default. */
  readonly width?: number;
  readonly height?: number;
  /** Whether there is a pointer that points at things. */
  readonly live?: boolean;
}

/** How a page of its own looks: without a theme as its reader's system is. */
export type PageLook = Omit<Look, "theme"> & { readonly theme?: ThemeName };

/** What ECharts draws of a chart: the same in Node and in a browser. */
export function optionOf(chart: PlotChart, look: Look): ChartOption {
  const theme = look.theme === "page" ? pageTheme : THEMES[look.theme];
  const live = look.live ?? false;
  const layout = layoutOf(chart, look.width ?? chart.width, look.height ?? chart.height);
  const parallel = chart.parallel && parallelOption(chart.parallel, layout, theme, live);
  const around = [
    ...headingElements(layout, theme),
    ...(chart.ramp ? rampElements(chart.ramp, layout, theme) : []),
    ...(live ? [] : legendElements(layout, theme)),
    ...chart.panels.flatMap((panel, i) => axisElements(panel, layout.panels[i], theme)),
  ];
  const drawn = parallel?.series ?? panelSeries(chart.panels, layout, theme, live);
  return {
    backgroundColor: theme.page,
    animation: false,
    aria: { enabled: true, label: { description: description(chart) } },
    ...(live && { tooltip: tooltip(theme), legend: liveLegend(layout, theme) }),
    ...parallel,
    series: [drawnSeries(around), ...drawn],
  };
}

const description = ({ title, facts }: PlotChart): string =>
  printable([title, ...facts].join(". "));

/** Of a picture all marks as one series; of a page each, as the legend turns them off. */
function panelSeries(
  panels: readonly PlotPanel[],
  layout: Layout,
  theme: Theme,
  live: boolean,
): object[] {
  const frames = layout.panels.map(({ frame }) => frame);
  const drawn = panels.map((panel, i) => panelElements(panel, frames[i], theme));
  if (!live) return [drawnSeries(drawn.flat(2))];
  return panels.flatMap((panel, i) => liveSeries(panel, drawn[i], frames[i], layout, theme));
}

/** A series for each mark, and one over it for what answers to a pointer. */
function liveSeries(
  panel: PlotPanel,
  drawn: readonly object[][],
  frame: Frame,
  { legend }: Layout,
  theme: Theme,
): object[] {
  const { marks } = panel;
  const title = drawn.slice(0, drawn.length - marks.length);
  const elements = drawn.slice(title.length);
  const series = marks.flatMap((mark, i) => {
    const entry = legend.findIndex(({ name }) => name === mark.name);
    const id = entry < 0 ? undefined : String(entry);
    const hit = hitSeries(panel, mark, frame, theme, id);
    return [drawnSeries(elements[i], id), ...(hit ? [hit] : [])];
  });
  return [...title.map((children) => drawnSeries(children)), ...series];
}
