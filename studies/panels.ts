/** One side of a panel; values beyond it are drawn at its end. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly ticks: readonly number[];
}

export interface Series {
  /** For the legend; series of one name share a colour. */
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dots instead of a line. */
  readonly dots?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Levels to compare with, dashed. */
  readonly levels?: readonly number[];
}

export interface Sheet {
  /** What the picture shows, for those who hear it. */
  readonly label: string;
  readonly columns: number;
  readonly panels: readonly Panel[];
  readonly width?: number;
  readonly height?: number;
  /** Names the colours below the panels. Default false. */
  readonly legend?: boolean;
}

const PAD = { left: 38, right: 8, top: 22, bottom: 18 };
/** Okabe and Ito's colours, told apart by colour-blind eyes too. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000", "#999"];

const STYLE =
  "text{font:9px sans-serif;fill:#555}.name{font-size:12px;fill:#111}.grid{stroke:#ddd}" +
  ".level{stroke:#333;stroke-dasharray:3 2}polyline{fill:none;opacity:.75}";

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);

const textAt = (x: number, y: number, text: string, anchor = "middle", className = ""): string =>
  `<text${className && ` class="${className}"`} x="${x.toFixed(1)}" y="${y.toFixed(1)}" ` +
  `text-anchor="${anchor}">${escaped(text)}</text>`;

/** 0.001 as 1e-3, 40 as 40. */
function tickLabel(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 0.01 && size < 1e4) ? String(value) : value.toExponential();
}

function placeOn({ low, high, log }: Axis, from: number, to: number): (value: number) => number {
  const scale = (value: number): number => (log ? Math.log(Math.max(value, 1e-300)) : value);
  const [a, b] = [scale(low), scale(high)];
  return (value) => {
    const share = Number.isNaN(value) ? 1 : (scale(value) - a) / (b - a);
    return from + (to - from) * Math.min(1, Math.max(0, share));
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function drawPanel(panel: Panel, { width, height }: Size, colourOf: Map<string, string>): string {
  const right = width - PAD.right;
  const x = placeOn(panel.x, PAD.left, right);
  const y = placeOn(panel.y, height - PAD.bottom, PAD.top);
  const across = (value: number, className: string): string => {
    const at = y(value).toFixed(1);
    return `<line class="${className}" x1="${PAD.left}" x2="${right}" y1="${at}" y2="${at}"/>`;
  };
  const marks = panel.series.map(({ name, points, dots }) => {
    const colour = colourOf.get(name) ?? COLOURS[0];
    const at = points.map(([px, py]) => [x(px).toFixed(1), y(py).toFixed(1)]);
    return dots
      ? at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2" fill="${colour}"/>`).join("")
      : `<polyline stroke="${colour}" points="${at.map((pair) => pair.join()).join(" ")}"/>`;
  });
  return [
    textAt(PAD.left, 14, panel.title, "start", "name"),
    ...panel.y.ticks.map(
      (tick) => across(tick, "grid") + textAt(PAD.left - 4, y(tick) + 3, tickLabel(tick), "end"),
    ),
    ...panel.x.ticks.map((tick) => textAt(x(tick), height - 5, tickLabel(tick))),
    ...(panel.levels ?? []).map((level) => across(level, "level")),
    ...marks,
  ].join("");
}

/** Small multiples as an SVG: panels in rows, each with axes of its own. */
export function drawSheet(sheet: Sheet): string {
  const { columns, panels, label, legend } = sheet;
  const size = { width: sheet.width ?? 190, height: sheet.height ?? 130 };
  const rows = Math.ceil(panels.length / columns);
  const [width, height] = [columns * size.width, rows * size.height + (legend ? 20 : 0)];
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const colourOf = new Map(names.map((name, i) => [name, COLOURS[i % COLOURS.length]]));
  const cells = panels.map((panel, i) => {
    const [left, top] = [(i % columns) * size.width, Math.floor(i / columns) * size.height];
    return `<g transform="translate(${left} ${top})">${drawPanel(panel, size, colourOf)}</g>`;
  });
  const keys = legend
    ? names.map((name, i) => {
        const left = 10 + (i * (width - 20)) / names.length;
        const dot = `<circle cx="${left}" cy="${height - 11}" r="4" fill="${colourOf.get(name)}"/>`;
        return dot + textAt(left + 8, height - 8, name, "start");
      })
    : [];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${escaped(label)}"><style>${STYLE}</style>` +
    `<rect width="100%" height="100%" fill="#fff"/>${[...cells, ...keys].join("\n")}</svg>\n`
  );
}
