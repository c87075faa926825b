/** What runs on a page: bundled by `npm run build` as `page.bundle.js`, and put beside ECharts. */
import type { PlotChart } from "../chart/chart.ts";
import type { EChart } from "./echarts.ts";
import { optionOf, type PageLook } from "./option.ts";
import { registerShapes } from "./register-shapes.ts";

/** The part of a page that is used: this project is compiled without a browser's types. */
interface Window {
  readonly document: { getElementById(id: string): PageElement | null };
  readonly addEventListener: (event: string, listener: () => void) => void;
  readonly matchMedia: (query: string) => MediaQuery;
}
interface MediaQuery {
  readonly matches: boolean;
  readonly addEventListener: (event: "change", listener: () => void) => void;
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

/**
 * Draws the page's data into its chart, again whenever the window changes its size or, where no theme was
 * given, the reader's system its colours.
 */
export function show({ liveChart, registerShape }: Charts): void {
  const { document, addEventListener, matchMedia } = globalThis as unknown as Window;
  const element = document.getElementById("chart")!;
  const { chart, look } = JSON.parse(document.getElementById("data")!.textContent) as {
    chart: PlotChart;
    look: PageLook;
  };
  registerShapes(registerShape);
  element.innerHTML = "";
  const drawing = liveChart(element);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const draw = (): void => {
    drawing.resize();
    const theme = look.theme ?? (dark.matches ? "dark" : "light");
    const option = optionOf(chart, { ...look, theme, width: element.clientWidth, live: true });
    drawing.setOption(option, { notMerge: true });
  };
  draw();
  addEventListener("resize", draw);
  dark.addEventListener("change", draw);
}
