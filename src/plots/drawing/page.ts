/** What runs on a page: bundled by `npm run build` as `page.bundle.js`, and put beside ECharts. */
import type { PlotChart } from "../chart/chart.ts";
import type { EChart } from "./echarts.ts";
import { optionOf, type Look } from "./option.ts";
import { registerShapes } from "./register-shapes.ts";

/** The part of a page that is used: this project is compiled without a browser's types. */
interface Window {
  readonly document: { getElementById(id: string): PageElement | null };
  readonly addEventListener: (event: string, listener: () => void) => void;
}
interface PageElement {
  readonly textContent: string;
  readonly clientWidth: number;
  innerHTML: string;
}

interface Charts {
  readonly liveChart: (element: unknown) => EChart;
  readonly registerShape: (name: string, shape: object) => void;
}

/** Draws the page's data into its chart, again whenever the window changes its size. */
export function show({ liveChart, registerShape }: Charts): void {
  const { document, addEventListener } = globalThis as unknown as Window;
  const element = document.getElementById("chart")!;
  const { chart, look } = JSON.parse(document.getElementById("data")!.textContent) as {
    chart: PlotChart;
    look: Look;
  };
  registerShapes(registerShape);
  element.innerHTML = "";
  const drawing = liveChart(element);
  const draw = (): void => {
    drawing.resize();
    drawing.setOption(optionOf(chart, { ...look, width: element.clientWidth, live: true }), {
      notMerge: true,
    });
  };
  draw();
  addEventListener("resize", draw);
}
