import type { MarkSymbol } from "../chart/chart.ts";
import { tenth } from "./marks/pixels.ts";
import type { Pen } from "./shapes.ts";

interface Symbols {
  readonly symbol: MarkSymbol;
  /** x, y, x, y, … in pixels. */
  readonly points: readonly number[];
  readonly size: number;
}

/** Many symbols as one path: a disc is a dot of a round pen, 17 bytes of SVG. */
export const symbolShape = {
  type: "hpo:symbols",
  shape: { symbol: "disc", points: [], size: 0 } as Symbols,
  buildPath(pen: Pen, { symbol, points, size }: Symbols): void {
    const draw = DRAWN[symbol];
    for (let i = 0; i < points.length; i += 2) draw(pen, points[i], points[i + 1], size / 2);
  },
};

type Draw = (pen: Pen, x: number, y: number, radius: number) => void;

/** Without any length a line would be left out. */
const DOT = 0.01;

const DRAWN: Readonly<Record<MarkSymbol, Draw>> = {
  disc: (pen, x, y) => {
    pen.moveTo(x, y);
    pen.lineTo(x + DOT, y);
  },
  ring: (pen, x, y, r) => {
    pen.moveTo(x + r, y);
    pen.arc(x, y, r, 0, 2 * Math.PI);
  },
  cross: (pen, x, y, r) => {
    polyline(pen, [x - r, y - r, x + r, y + r]);
    polyline(pen, [x - r, y + r, x + r, y - r]);
  },
  up: (pen, x, y, r) => polygon(pen, [x - r, y + r, x + r, y + r, x, y - r]),
  down: (pen, x, y, r) => polygon(pen, [x - r, y - r, x + r, y - r, x, y + r]),
  star: (pen, x, y, r) =>
    polygon(
      pen,
      STAR.map((at, i) => (i % 2 === 0 ? x : y) + r * at),
    ),
};

/** Five points at 1 and five at .45 of the radius, from the top on. */
const STAR = [
  ...[0, -1, 0.265, -0.364, 0.951, -0.309, 0.428, 0.139, 0.588, 0.809],
  ...[0, 0.45, -0.588, 0.809, -0.428, 0.139, -0.951, -0.309, -0.265, -0.364],
];

function polyline(pen: Pen, points: readonly number[]): void {
  pen.moveTo(points[0], points[1]);
  for (let i = 2; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
}

function polygon(pen: Pen, points: readonly number[]): void {
  polyline(pen, points.map(tenth));
  pen.closePath();
}

/** How a symbol is drawn: by its outline, or filled. */
export const isStroked = (symbol: MarkSymbol): boolean =>
  symbol === "disc" || symbol === "ring" || symbol === "cross";

/** As an icon of a legend, in a box of 10 × 10. */
export const ICONS: Readonly<Record<MarkSymbol | "line" | "area", string>> = {
  disc: "circle",
  ring: "circle",
  cross: "path://M0,1L1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5Z",
  up: "path://M0,10L10,10L5,0Z",
  down: "path://M0,0L10,0L5,10Z",
  star: `path://M${STAR.map((at) => 5 + 5 * at).join(" ")}Z`,
  line: "path://M0,0L14,0L14,2.5L0,2.5Z",
  area: "roundRect",
};
