import { svgOf } from "../plots/drawing/svg.ts";
import type { ReportPicture } from "./section.ts";

/** In pixels: what a page shows of its own size beside text, and over its whole width. */
const HALF = { width: 540, height: 360 };
const WHOLE = 1040;

/** An SVG in the page's colours; `place` tells its clip paths from those of the page's others. */
export function pictureSvg({ chart, isWide, height }: ReportPicture, place: number): string {
  const rows = Math.ceil(chart.panels.length / (chart.columns ?? chart.panels.length));
  const usual = isWide || rows > 1 ? chart.height : Math.min(chart.height, HALF.height);
  const width = isWide ? WHOLE : HALF.width;
  const svg = svgOf(chart, { theme: "page", width, height: height ?? usual });
  return svg
    .replace(/="(url\(#)?hpo-/g, `="$1p${place}-`)
    .replace(/ (?:xmlns(?::xlink)?|baseProfile|version)="[^"]*"/g, "");
}
