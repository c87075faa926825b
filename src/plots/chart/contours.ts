/**
 * Areas of equal height of a surface. `npm run build` puts a bundle of this file and of d3-contour in its
 * place: the package depends on none of it.
 */
import { contours } from "d3-contour";

/** Heights on a grid over a panel, its border included. */
export interface HeightGrid {
  /** Points along each axis, ≥ 2. */
  readonly size: number;
  /** size × size heights in [0, 1], row by row from the lower left corner. */
  readonly heights: readonly number[];
}

/** So many areas are told apart. */
const LEVELS = 16;

/**
 * The areas above each of some heights, the lowest first: rings of x, y, x, y, … in shares of the panel
 * from its lower left corner.
 */
export function contourAreas({ size, heights }: HeightGrid): {
  readonly grades: number[];
  readonly rings: number[][][];
} {
  // A cell more around it, or the areas would have notches where they meet the border.
  const padded = size + 2;
  const inside = (at: number): number => Math.min(size - 1, Math.max(0, at - 1));
  const values = Array.from(
    { length: padded * padded },
    (_, i) => heights[inside(Math.floor(i / padded)) * size + inside(i % padded)],
  );
  // Values stand in the middle of their cells.
  const share = (at: number): number => (at - 1.5) / (size - 1);
  const thresholds = Array.from({ length: LEVELS }, (_, k) => k / LEVELS);
  const found = contours().size([padded, padded]).thresholds(thresholds)(values);
  const areas = found.filter(({ coordinates }) => coordinates.length > 0);
  return {
    grades: areas.map(({ value }) => value + 1 / (2 * LEVELS)),
    rings: areas.map(({ coordinates }) =>
      coordinates.flat().map((ring) => ring.flatMap(([x, y]) => [share(x), share(y)])),
    ),
  };
}
