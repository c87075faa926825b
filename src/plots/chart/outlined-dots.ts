import type { DotsMark } from "./chart.ts";

/** Dots that stand out of a coloured ground by an outline in the page's colour. */
export const outlinedDots = (
  name: string,
  symbol: DotsMark["symbol"],
  size: number,
  colour: DotsMark["colour"],
  points: Pick<DotsMark, "x" | "y" | "grades" | "trials">,
): DotsMark => ({ mark: "dots", name, symbol, size, colour, outlined: true, ...points });
