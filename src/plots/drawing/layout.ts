import type { PlotAxis, PlotChart, Mark } from "../chart/chart.ts";
import { shorten, textWidth, wrapped } from "../chart/text.ts";
import { ticksOf, type Tick } from "../chart/ticks.ts";

/** Font sizes in pixels. */
export const FONT_SIZE = { title: 16, facts: 12, name: 12, tick: 11 } as const;

const EDGE = 16;
const LINE = 17;
const LEGEND_ROW = 22;
/** Of the bar of colours with its labels, without the margin right of it. */
export const RAMP_WIDTH = 84;
/** Right of it. */
export const RAMP_MARGIN = 10;
/** Between panels in a row, and between rows. */
const GAP = { x: 26, y: 20 };
/** How far a tick's label may stand over the ends of its axis, beside another panel and alone. */
const OVERHANG = { beside: 13, alone: 24 };
const NAME_SPACE = 20;
const TICK_SPACE = 20;

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedAxis {
  readonly name: string;
  readonly ticks: readonly Tick[];
}

export interface PlacedPanel {
  readonly frame: Frame;
  readonly x: PlacedAxis;
  readonly y: PlacedAxis;
  /** How far the y axis' name stands from it. */
  readonly nameGap: number;
}

/** Where everything stands, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly facts: readonly string[];
  readonly legendTop: number;
  readonly legend: readonly LegendEntry[];
  /** All that is below title and legend, without the ramp. */
  readonly body: Frame;
  readonly panels: readonly PlacedPanel[];
}

export interface LegendEntry {
  readonly name: string;
  /** The name, shortened to the room that there is. */
  readonly text: string;
  readonly mark: Mark;
  /** Of its icon: its left end, and its middle. */
  readonly left: number;
  readonly top: number;
}

export function layoutOf(chart: PlotChart, width: number, height: number): Layout {
  const room = width - 2 * EDGE;
  const facts = wrapped(chart.facts, room, FONT_SIZE.facts);
  const legendTop = EDGE + 22 + LINE * facts.length + 6;
  const legend = legendOf(chart, room, legendTop);
  const last = legend.at(-1);
  const top = last ? last.top + LEGEND_ROW / 2 + 8 : legendTop + 8;
  const right = EDGE + 8 + (chart.ramp ? RAMP_WIDTH + RAMP_MARGIN : 0);
  const body = { left: EDGE, top, width: width - EDGE - right, height: height - top - EDGE };
  const title = shorten(chart.title, room, FONT_SIZE.title, true);
  const panels = panelsOf(chart, body);
  return { width, height, title, facts, legendTop, legend, body, panels };
}

/** The first mark of each name, the foremost first, in rows. */
function legendOf(chart: PlotChart, room: number, legendTop: number): LegendEntry[] {
  const found = new Map<string, Mark>();
  for (const mark of chart.panels.flatMap((panel) => panel.marks)) {
    const isNew = mark.name !== undefined && !found.has(mark.name);
    if (isNew && !isEmpty(mark)) found.set(mark.name, mark);
  }
  const most = Math.min(room / 2, 260);
  let left = EDGE;
  let top = legendTop + LEGEND_ROW / 2;
  return [...found].reverse().map(([name, mark]) => {
    const text = shorten(name, most, FONT_SIZE.name);
    const width = 21 + textWidth(text, FONT_SIZE.name);
    if (left > EDGE && left + width > EDGE + room) {
      left = EDGE;
      top += LEGEND_ROW;
    }
    const entry = { name, text, mark, left, top };
    left += width + 18;
    return entry;
  });
}

/** Its label stands over the panel. */
const isLabelledRule = (mark: Mark): boolean =>
  mark.mark === "rule" && mark.axis === "x" && mark.label !== undefined;

function isEmpty(mark: Mark): boolean {
  if (mark.mark === "dots") return mark.x.length === 0;
  if (mark.mark === "lines") return mark.lines.length === 0;
  return mark.mark === "boxes" && mark.boxes.length === 0;
}

function panelsOf(chart: PlotChart, body: Frame): PlacedPanel[] {
  const { panels } = chart;
  if (panels.length === 0) return [];
  const columns = Math.min(panels.length, chart.columns ?? panels.length);
  const rows = Math.ceil(panels.length / columns);
  const hasWordsAbove = panels.some(({ title, marks }) => title || marks.some(isLabelledRule));
  const titles = hasWordsAbove ? 20 : 0;
  const below = (axisOf: PlotAxis): number =>
    axisOf.bare ? 4 : TICK_SPACE + (axisOf.name ? NAME_SPACE : 0);
  const foot = Math.max(...panels.map(({ x }) => below(x)));
  const height = (body.height - rows * (titles + foot) - (rows - 1) * GAP.y) / rows;
  const yTicks = panels.map(({ y }) => verticalTicks(y, height));
  const margins = Array.from({ length: columns }, (_, column) =>
    Math.max(...panels.map(({ y }, i) => (i % columns === column ? leftOf(y, yTicks[i]) : 0))),
  );
  const taken = margins.reduce((sum, margin) => sum + margin, 0) + (columns - 1) * GAP.x;
  const width = (body.width - taken) / columns;
  return panels.map((panel, i) => {
    const column = i % columns;
    const left = margins.slice(0, column + 1).reduce((sum, margin) => sum + margin, 0);
    const frame = {
      left: body.left + left + column * (width + GAP.x),
      top: body.top + titles + Math.floor(i / columns) * (height + titles + foot + GAP.y),
      width,
      height,
    };
    return {
      frame,
      x: placed(
        panel.x,
        horizontalTicks(panel.x, width, columns > 1 ? OVERHANG.beside : OVERHANG.alone),
        width + GAP.x / 2,
      ),
      y: placed(panel.y, yTicks[i], height + titles),
      nameGap: labelWidth(yTicks[i]) + 22,
    };
  });
}

const placed = ({ name, bare }: PlotAxis, ticks: readonly Tick[], room: number): PlacedAxis => ({
  name: bare ? "" : shorten(name, room, FONT_SIZE.name),
  ticks,
});

const labelWidth = (ticks: readonly Tick[]): number =>
  Math.max(0, ...ticks.map(({ label }) => textWidth(label, FONT_SIZE.tick)));

const leftOf = ({ bare, name }: PlotAxis, ticks: readonly Tick[]): number =>
  bare ? 4 : labelWidth(ticks) + 12 + (name ? NAME_SPACE : 0);

/** The most room that the labels of choices get, in pixels. */
const CHOICE_WIDTH = 150;

function verticalTicks({ scale, bare }: PlotAxis, length: number): Tick[] {
  if (bare && scale.kind === "category") return [];
  const isChoice = scale.kind === "category";
  const ticks = ticksOf(scale, {
    length,
    sizeOf: () => FONT_SIZE.tick + 3,
    gap: isChoice ? 0 : 16,
    overhang: 8,
    most: isChoice ? 60 : 8,
  });
  return ticks.map((tick) => ({
    ...tick,
    label: shorten(tick.label, CHOICE_WIDTH, FONT_SIZE.tick),
  }));
}

function horizontalTicks({ scale }: PlotAxis, length: number, overhang: number): Tick[] {
  const isChoice = scale.kind === "category";
  // Choices share the axis evenly, whatever their names.
  const slot = isChoice ? Math.max(28, length / scale.choices.length - 6) : Infinity;
  const short = (label: string): string => shorten(label, slot, FONT_SIZE.tick);
  const ticks = ticksOf(scale, {
    length,
    sizeOf: (label) => textWidth(short(label), FONT_SIZE.tick),
    gap: isChoice ? 5 : 12,
    overhang,
    most: isChoice ? 40 : 9,
  });
  return ticks.map((tick) => ({ ...tick, label: short(tick.label) }));
}
