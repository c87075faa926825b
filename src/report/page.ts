import { escapeText } from "../plots/drawing/escape-text.ts";
import { FONT, rootStyle } from "../plots/drawing/theme.ts";
import { pictureSvg } from "./picture.ts";
import type { ReportSection, SectionTable } from "./section.ts";

/**
 * The report as one page: no scripts, nothing that is loaded, light or dark as the reader's system is.
 * Names in it are text, never markup.
 */
export function reportPage(
  title: string,
  summary: readonly string[],
  sections: readonly ReportSection[],
): string {
  let place = 0;
  const nextPlace = (): number => place++;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
<main>
<h1>${escapeText(title)}</h1>
<ul class="summary">${summary.map((text) => `<li>${escapeText(text)}</li>`).join("")}</ul>
${sections.map((section) => sectionHtml(section, nextPlace)).join("\n")}
</main>
</html>
`;
}

function sectionHtml(
  { title, said, points = [], table, pictures = [] }: ReportSection,
  nextPlace: () => number,
): string {
  const words = [
    ...said.map((text) => `<p>${withCode(text)}</p>`),
    ...(points.length > 0
      ? [`<ul>${points.map((text) => `<li>${withCode(text)}</li>`).join("")}</ul>`]
      : []),
    ...(table && table.rows.length > 0 ? [tableHtml(table)] : []),
  ].join("\n");
  const figures = (isWide: boolean): string =>
    pictures
      .filter((picture) => (picture.isWide ?? false) === isWide)
      .map(
        (picture) =>
          `<figure tabindex="0" role="img" aria-label="${escapeText([picture.chart.title, ...picture.chart.facts].join(". "))}">${pictureSvg(picture, nextPlace())}</figure>`,
      )
      .join("\n");
  const beside = figures(false);
  return `<section>
<h2>${escapeText(title)}</h2>
<div class="${beside === "" ? "alone" : "beside"}"><div class="words">
${words}
</div>${beside === "" ? "" : `<div class="pictures">\n${beside}\n</div>`}</div>
${figures(true)}
</section>`;
}

/** What stands between backticks is what somebody types. */
const withCode = (text: string): string =>
  escapeText(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");

const tableHtml = ({ head, rows }: SectionTable): string =>
  `<div class="table" tabindex="0" role="group" aria-label="table"><table><thead><tr>${head.map((cell) => `<th>${escapeText(cell)}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escapeText(cell)}</td>`).join("")}</tr>`)
    .join("")}</tbody></table></div>`;

const STYLE = `
${rootStyle()}
*{box-sizing:border-box}
body{margin:0;background:var(--plot-page);color:var(--plot-text);font:16px/1.5 system-ui,${FONT}}
main{max-width:1088px;margin:0 auto;padding:24px}
h1{font-size:28px;line-height:1.2;margin:0 0 12px;overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;margin:0 0 8px}
section{border-top:1px solid var(--plot-grid);padding:24px 0}
p{margin:0 0 10px;overflow-wrap:anywhere}
ul{margin:0 0 10px;padding-left:20px}
li{margin:0 0 6px;overflow-wrap:anywhere}
.summary{padding:14px 18px 8px 34px;border-left:4px solid var(--plot-accent);background:color-mix(in srgb,var(--plot-accent) 8%,var(--plot-page));margin-bottom:24px}
.beside{display:grid;grid-template-columns:minmax(0,1fr) 540px;gap:28px}
figure{margin:0 0 16px;overflow-x:auto}
svg{display:block;max-width:100%;height:auto}
section>figure svg{max-width:none}
code{font:0.92em ui-monospace,DejaVu Sans Mono,monospace;background:var(--plot-grid);padding:1px 4px;border-radius:3px}
.table{overflow-x:auto;margin:4px 0 12px}
table{border-collapse:collapse;font-size:13.5px;line-height:1.35}
th{text-align:left;font-weight:600;color:var(--plot-soft)}
th,td{padding:5px 14px 5px 0;border-bottom:1px solid var(--plot-grid);vertical-align:top;max-width:260px;overflow-wrap:break-word}
@media (max-width:1000px){.beside{grid-template-columns:minmax(0,1fr)}}
@media (max-width:600px){main{padding:16px}.pictures svg{min-width:440px}}
@media print{section{break-inside:avoid}}
`.replaceAll("\n", "");
