/** A line of a chart, with a band around it. All y are log10. */
export interface Line {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** A value to compare with, dashed and named. */
export interface Level {
  readonly name: string;
  /** log10. */
  readonly y: number;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  /** How x is laid out; x itself is no logarithm. Default "linear". */
  readonly xScale?: "linear" | "log";
  readonly levels?: readonly Level[];
}

const WIDTH = 460;
const HEIGHT = 300;
const MARGIN = { left: 62, right: 12, top: 30, bottom: 40 };

/** Okabe & Ito's colours, told apart by colour-blind eyes too; dashes begin with the second round. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
const DASHES = ["none", "6 3", "2 3"];

export const strokeOf = (index: number): { colour: string; dash: string } => ({
  colour: COLOURS[index % COLOURS.length],
  dash: DASHES[Math.floor(index / COLOURS.length) % DASHES.length],
});

/** An inline SVG; the page styles text, .title and .grid. */
export const drawChart = (chart: Chart): string =>
  `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${ariaLabel(chart)}">` +
  `${chartParts(chart).join("")}</svg>`;

const STYLE =
  "text{font:11px sans-serif;fill:#333}.title{font-size:13px;font-weight:600}.grid{stroke:#e8e8e8}";
const LEGEND_ROW = 18;

/** The same as a file of its own: with its styles, a background, and its lines' names below. */
export function chartFile(chart: Chart): string {
  const height = HEIGHT + LEGEND_ROW * Math.ceil(chart.lines.length / 2) + 6;
  const names = chart.lines.map(({ name }, i) => {
    const x = MARGIN.left + (i % 2) * ((WIDTH - MARGIN.left) / 2);
    const y = HEIGHT + LEGEND_ROW * Math.floor(i / 2) + 8;
    const { colour, dash } = strokeOf(i);
    return (
      `<line x1="${x}" x2="${x + 24}" y1="${y}" y2="${y}" stroke="${colour}" ` +
      `stroke-width="2" stroke-dasharray="${dash}"/>` +
      `<text x="${x + 30}" y="${y + 4}">${escapeHtml(name)}</text>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ` +
    `width="${2 * WIDTH}" role="img" aria-label="${ariaLabel(chart)}"><style>${STYLE}</style>` +
    `<rect width="100%" height="100%" fill="#fff"/>${[...chartParts(chart), ...names].join("\n")}</svg>\n`
  );
}

const ariaLabel = ({ title, xLabel, yLabel }: Chart): string =>
  escapeHtml(`${title}: ${yLabel} by ${xLabel}`);

function chartParts({ title, xLabel, yLabel, lines, levels = [], xScale }: Chart): string[] {
  const points = lines.flatMap((line) => line.points);
  const heights = levels.map(({ y }) => y);
  const lowest = Math.min(...points.map(({ low }) => low), ...heights);
  const highest = Math.max(...points.map(({ high }) => high), ...heights, lowest + 0.1);
  const firstX = Math.min(...points.map(({ x }) => x), Infinity);
  const lastX = Math.max(...points.map(({ x }) => x), firstX + 1);
  const place = xScale === "log" ? Math.log10 : (x: number): number => x;
  const [from, to] = [place(firstX), place(lastX)];
  const px = (x: number): number =>
    MARGIN.left + ((place(x) - from) / (to - from)) * (WIDTH - MARGIN.left - MARGIN.right);
  const py = (y: number): number =>
    MARGIN.top + ((highest - y) / (highest - lowest)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const ticks =
    xScale === "log"
      ? logTicks(from, to).map((tick) => ({ x: 10 ** tick.y, label: tick.label }))
      : xTicks(firstX, lastX).map((x) => ({ x, label: String(x) }));
  return [
    `<text x="${WIDTH / 2}" y="18" text-anchor="middle" class="title">${escapeHtml(title)}</text>`,
    ...logTicks(lowest, highest).map((tick) => horizontal(py(tick.y), tick.label)),
    ...ticks.map((tick) => vertical(px(tick.x), tick.label)),
    label(WIDTH / 2, HEIGHT - 6, xLabel),
    `<g transform="translate(14 ${HEIGHT / 2}) rotate(-90)">${label(0, 0, yLabel)}</g>`,
    ...lines.map((line, i) => band(line, i, px, py)),
    ...lines.map((line, i) => stroke(line, i, px, py)),
    ...levels.map((level) => drawLevel(level, py)),
  ];
}

type Scale = (value: number) => number;
const at = (x: number, y: number): string => `${x.toFixed(1)},${y.toFixed(1)}`;

function band({ points }: Line, index: number, px: Scale, py: Scale): string {
  const upper = points.map((p) => at(px(p.x), py(p.high)));
  const lower = points.map((p) => at(px(p.x), py(p.low))).reverse();
  const { colour } = strokeOf(index);
  return `<polygon points="${[...upper, ...lower].join(" ")}" fill="${colour}" opacity="0.13"/>`;
}

function stroke({ name, points }: Line, index: number, px: Scale, py: Scale): string {
  const { colour, dash } = strokeOf(index);
  const path = points.map((p) => at(px(p.x), py(p.y))).join(" ");
  return (
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.8" ` +
    `stroke-dasharray="${dash}"><title>${escapeHtml(name)}</title></polyline>`
  );
}

function drawLevel({ name, y }: Level, py: Scale): string {
  const at = py(y).toFixed(1);
  const end = WIDTH - MARGIN.right;
  return (
    `<line x1="${MARGIN.left}" x2="${end}" y1="${at}" y2="${at}" stroke="#333" stroke-dasharray="3 2"/>` +
    `<text x="${end - 4}" y="${(py(y) - 4).toFixed(1)}" text-anchor="end">${escapeHtml(name)}</text>`
  );
}

const horizontal = (y: number, text: string): string =>
  `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" class="grid"/>` +
  `<text x="${MARGIN.left - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${text}</text>`;

const vertical = (x: number, text: string): string =>
  `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}" class="grid"/>` +
  `<text x="${x.toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 15}" text-anchor="middle">${text}</text>`;

const label = (x: number, y: number, text: string): string =>
  `<text x="${x}" y="${y}" text-anchor="middle" class="label">${escapeHtml(text)}</text>`;

/** Powers of ten; within fewer than two decades also 2 and 5 times them. */
function logTicks(lowest: number, highest: number): { y: number; label: string }[] {
  const range = highest - lowest;
  const every = Math.max(1, Math.ceil(range / 7));
  const factors = range < 2 ? [1, 2, 3, 5, 7] : [1];
  const ticks: { y: number; label: string }[] = [];
  for (let power = Math.floor(lowest); power <= Math.ceil(highest); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const y = power + Math.log10(factor);
      if (y >= lowest && y <= highest) ticks.push({ y, label: tickLabel(factor, power) });
    }
  }
  return ticks;
}

const tickLabel = (factor: number, power: number): string =>
  power >= -3 && power <= 4
    ? String(Number((factor * 10 ** power).toPrecision(2)))
    : `${factor}e${power}`;

function xTicks(first: number, last: number): number[] {
  const steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
  const step = steps.find((one) => last / one <= 6) ?? last;
  const ticks = [first];
  for (let x = step; x <= last; x += step) if (x > first) ticks.push(x);
  return ticks;
}

export const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c,
  );
