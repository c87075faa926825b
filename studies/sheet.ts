import { svgOf, type Chart, type Mark, type Scale } from "hpo/plots";

/** One side of a panel; values beyond it are drawn at its end. */
export interface Side {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

export interface Series {
  /** For the legend; series of one name share a colour. */
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dots instead of a line. */
  readonly dots?: boolean;
}

export interface SheetPanel {
  readonly title: string;
  readonly x: Side;
  readonly y: Side;
  readonly series: readonly Series[];
  /** Levels to compare with, dashed. */
  readonly levels?: readonly number[];
}

export interface Sheet {
  readonly title: string;
  readonly columns: number;
  readonly panels: readonly SheetPanel[];
  /** Of one panel, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Names the colours above the panels. Default false. */
  readonly legend?: boolean;
}

/** Room for the title and the axes' numbers. */
const MARGIN = { x: 60, y: 70 };

/** Small multiples as an SVG: panels in rows, each with axes of its own. */
export const drawSheet = (sheet: Sheet, theme: "light" | "dark" = "light"): string =>
  svgOf(sheetChart(sheet), { theme });

function sheetChart(sheet: Sheet): Chart {
  const { title, columns, panels, width = 190, height = 150, legend = false } = sheet;
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const colourOf = (name: string) => `series${names.indexOf(name)}` as const;
  const marksOf = ({ x, y, series, levels = [] }: SheetPanel): readonly Mark[] => [
    ...levels.map((at): Mark => ({ mark: "rule", axis: "y", at, colour: "soft", dashed: true })),
    ...series.map(({ name, points, dots }): Mark => {
      const [xs, ys] = [points.map(([at]) => within(x, at)), points.map(([, at]) => within(y, at))];
      const look = { colour: colourOf(name), opacity: 0.75, ...(legend && { name }) };
      return dots
        ? { mark: "dots", symbol: "disc", size: 5, x: xs, y: ys, ...look }
        : { mark: "lines", width: 1.2, lines: [{ x: xs, y: ys }], ...look };
    }),
  ];
  return {
    title,
    facts: [],
    columns,
    width: MARGIN.x + columns * width,
    height: MARGIN.y + Math.ceil(panels.length / columns) * height,
    panels: panels.map((panel) => ({
      title: panel.title,
      x: { name: "", scale: scaleOf(panel.x) },
      y: { name: "", scale: scaleOf(panel.y) },
      marks: marksOf(panel),
    })),
  };
}

const scaleOf = ({ low, high, log }: Side): Scale => ({ kind: log ? "log" : "linear", low, high });

/** NaN, as a run that was lost has it, lies at the upper end. */
const within = ({ low, high }: Side, value: number): number =>
  Number.isNaN(value) ? high : Math.min(high, Math.max(low, value));
