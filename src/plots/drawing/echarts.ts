/**
 * The parts of ECharts that plots need. `npm run build` puts a bundle of this file and of what it
 * imports in its place: the package depends on no ECharts, and a page gets the same code as Node.
 */
import { CustomChart, ParallelChart } from "echarts/charts";
import {
  AriaComponent,
  LegendPlainComponent,
  ParallelComponent,
  TooltipComponent,
} from "echarts/components";
import { graphic, init, setPlatformAPI, use } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([
  ...[CustomChart, ParallelChart, CanvasRenderer, SVGRenderer],
  ...[AriaComponent, LegendPlainComponent, ParallelComponent, TooltipComponent],
]);

/** A chart of ECharts, as far as it is used here. */
export interface EChart {
  setOption(option: object, options?: { readonly notMerge?: boolean }): void;
  renderToSVGString(): string;
  resize(): void;
  dispose(): void;
}

/** A chart without a page, of a size in pixels. It must be disposed of, or the process never ends. */
export const staticChart = (width: number, height: number): EChart =>
  init(null, null, { renderer: "svg", ssr: true, width, height });

/** A chart in an element of a page. */
export const liveChart = (element: unknown): EChart => init(element, null, { renderer: "canvas" });

/** A shape that custom series may draw, by its name. */
export const registerShape = (name: string, definition: object): void =>
  graphic.registerShape(name, graphic.extendShape(definition));

/** How texts are measured where there is no canvas. */
export const measureBy = (width: (text: string, font: string) => number): void =>
  setPlatformAPI({ measureText: (text, font = "12px") => ({ width: width(text, font) }) });
