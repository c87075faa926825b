import type { DetailedResult } from "../compare/run-result.ts";
import type { SuiteSummary } from "../compare/summary.ts";
import { svgOf } from "../../src/plots/index.ts";
import { regretChart } from "./curves.ts";
import { tablesOf, type ReportTable } from "./tables.ts";

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1440px; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid #ccc; } h3 { font-size: 1rem; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #e2e2e2; white-space: nowrap; }
  th:first-child, td:first-child { text-align: left; }
  .note { color: #555; margin: .3rem 0; max-width: 70rem; }
  svg { width: 100%; height: auto; }
  code { background: #f3f3f3; padding: .1rem .3rem; }`;

/** A page that needs nothing else: styles and drawings stand in it. */
export function htmlReport(
  summaries: readonly SuiteSummary[],
  results: readonly DetailedResult[],
  command: string,
): string {
  const sections = summaries.map((summary) => section(summary, results));
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8"><title>Comparison of strategies</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${STYLE}</style></head><body><h1>Comparison of strategies</h1>`,
    `<p>Made by <code>${escapeHtml(command)}</code></p>`,
    ...sections,
    "</body></html>\n",
  ].join("\n");
}

function section(summary: SuiteSummary, results: readonly DetailedResult[]): string {
  const own = results.filter(({ suite }) => suite === summary.suite);
  return [
    `<section><h2>${escapeHtml(summary.suite)}</h2>`,
    ...tablesOf(summary).map(tableHtml),
    "<h3>Regret by trial</h3>",
    '<p class="note">Mean of log10 regret of the best so far over seeds; bands are 95 % bootstrap intervals.</p>',
    `${svgOf(regretChart(summary, own), { theme: "light" })}</section>`,
  ].join("\n");
}

function tableHtml({ title, head, rows, notes }: ReportTable): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return [
    `<h3>${escapeHtml(title)}</h3>`,
    `<div class="scroll"><table><thead>${cells("th", head)}</thead>`,
    `<tbody>${rows.map((row) => cells("td", row)).join("\n")}</tbody></table></div>`,
    ...notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
  ].join("\n");
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
