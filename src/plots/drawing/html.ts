import { readFileSync } from "node:fs";
import { HpoError } from "../../errors/errors.ts";
import type { PlotChart } from "../chart/chart.ts";
import { escapeText } from "./escape-text.ts";
import type { PageLook } from "./option.ts";
import { svgOf } from "./svg.ts";
import { rootStyle } from "./theme.ts";

/**
 * A page with the chart: the SVG at once, and with scripts the same chart that answers to the
 * pointer. It loads nothing; names in it are data, never markup.
 * @param look a theme, or none: light or dark as the reader's system is
 */
export function htmlOf(chart: PlotChart, look: PageLook): string {
  const { width = chart.width, height = chart.height } = look;
  const data = JSON.stringify({ chart, look: { ...look, width, height } }).replaceAll(
    "<",
    "\\u003c",
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeText(chart.title)}</title>
<style>${rootStyle(look.theme)}body{margin:0;background:var(--plot-page);color:var(--plot-text)}#chart{max-width:100%;width:${width}px;height:${height}px}svg{max-width:100%;height:auto}</style>
<div id="chart">${svgOf(chart, { ...look, theme: "page" })}</div>
<script type="application/json" id="data">${data}</script>
<script type="module">
${bundle("echarts.js")}
${bundle("page.bundle.js")}
hpoPage.show(hpoCharts);
</script>
</html>
`;
}

/** How `npm run build` marks what it bundled. */
const MARK = "/*! bundled */";

const texts = new Map<string, string>();

function bundle(name: string): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const file = new URL(name, import.meta.url);
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // Not built: said below.
  }
  if (!text.startsWith(MARK)) {
    throw new HpoError(`${file.pathname} is not bundled, which a page needs. Run npm run build.`);
  }
  // What a bundle holds must not end the script that it stands in.
  const safe = text.replaceAll(/<(?=\/script|!--|script)/gi, "\\x3c");
  texts.set(name, safe);
  return safe;
}
