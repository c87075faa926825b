import type { Race } from "./optimizers-race.ts";

/** One optimizer's panel: its runs with the hyperparameters that tuning found. */
export interface Panel {
  readonly name: string;
  readonly races: readonly Race[];
}

const COLUMNS = 5;
const [WIDTH, HEIGHT] = [190, 130];
const PAD = { left: 34, right: 8, top: 22, bottom: 18 };
/** The panels' loss axis: 10⁻⁵ … 10¹. */
const [LOW, HIGH] = [-5, 1];

interface Axes {
  readonly x: (evaluations: number) => number;
  readonly y: (loss: number) => number;
}

function axesOf(budget: number): Axes {
  const [across, down] = [WIDTH - PAD.left - PAD.right, HEIGHT - PAD.top - PAD.bottom];
  const logOf = (loss: number) =>
    Number.isFinite(loss) ? Math.min(HIGH, Math.max(LOW, Math.log10(loss))) : HIGH;
  return {
    x: (evaluations) => PAD.left + (across * evaluations) / budget,
    y: (loss) => PAD.top + (down * (HIGH - logOf(loss))) / (HIGH - LOW),
  };
}

function rule(y: number, className: string): string {
  const at = y.toFixed(1);
  return `<line class="${className}" x1="${PAD.left}" x2="${WIDTH - PAD.right}" y1="${at}" y2="${at}"/>`;
}

function drawPanel({ name, races }: Panel, budget: number, target: number): string {
  const { x, y } = axesOf(budget);
  const lines = races.map(({ curve }) => {
    const points = curve.map(
      ({ evaluations, loss }) => `${x(evaluations).toFixed(1)},${y(loss).toFixed(1)}`,
    );
    return `<polyline points="${points.join(" ")}"/>`;
  });
  const ticks = [1, -1, -3, -5].map((power) => {
    const at = y(10 ** power);
    return `${rule(at, "grid")}<text x="${PAD.left - 4}" y="${(at + 3).toFixed(1)}" text-anchor="end">1e${power}</text>`;
  });
  const ends = [0, budget].map(
    (value) => `<text x="${x(value)}" y="${HEIGHT - 5}" text-anchor="middle">${value}</text>`,
  );
  const title = `<text class="name" x="${PAD.left}" y="14">${name}</text>`;
  return [title, ...ticks, ...ends, rule(y(target), "target"), ...lines].join("");
}

const STYLE =
  "text{font:9px sans-serif;fill:#555}.name{font-size:12px;fill:#111}.grid{stroke:#ddd}" +
  ".target{stroke:#d55e00;stroke-dasharray:3 2}polyline{fill:none;stroke:#0072b2;opacity:.7}";

/** Small multiples: the loss (log) by gradient evaluations, the target dashed. */
export function drawPanels(panels: readonly Panel[], budget: number, target: number): string {
  const rows = Math.ceil(panels.length / COLUMNS);
  const [width, height] = [COLUMNS * WIDTH, rows * HEIGHT];
  const cells = panels.map((panel, i) => {
    const [left, top] = [(i % COLUMNS) * WIDTH, Math.floor(i / COLUMNS) * HEIGHT];
    return `<g transform="translate(${left} ${top})">${drawPanel(panel, budget, target)}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="Loss by gradient evaluations, one panel for each optimizer">` +
    `<style>${STYLE}</style><rect width="100%" height="100%" fill="#fff"/>${cells.join("\n")}</svg>\n`
  );
}
