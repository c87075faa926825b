import { readFileSync } from "node:fs";

/** Where the registered strategies and pruners stand, each in a row of a table under this heading. */
const STRATEGY_TABLES = [
  ["docs/strategies.md", "## Which one"],
  ["docs/ends.md", "## What each strategy makes of it"],
  ["docs/theory/prior.md", "**Every strategy uses it**"],
];
const PRUNER_TABLES = [
  ["docs/pruners.md", "## Which one"],
  ["docs/ends.md", "## What each pruner makes of it"],
];
/** Registered strategies and pruners that a page's table lacks, and plots without a section. */
export async function faultsOfTables() {
  const { strategies } = await import("../../dist/strategies/index.js");
  const { pruners } = await import("../../dist/src/pruners/index.js");
  const { PLOTS } = await import("../../dist/src/plots/index.js");
  const sections = readFileSync("docs/plots.md", "utf8").split("\n");
  return [
    ...lacking(STRATEGY_TABLES, "strategy", Object.keys(strategies)),
    ...lacking(PRUNER_TABLES, "pruner", Object.keys(pruners)),
    ...Object.keys(PLOTS)
      .filter((name) => !sections.includes(`## ${name}`))
      .map((name) => `docs/plots.md: there is no section ## ${name}`),
  ];
}

function lacking(tables, kind, names) {
  return tables.flatMap(([page, heading]) => {
    const firsts = firstCellsOf(page, heading);
    return names
      .filter((name) => !firsts.includes(`\`${name}\``))
      .map((name) => `${page}: the table under "${heading}" lacks the ${kind} ${name}`);
  });
}

/** The first cells of the table that comes next. */
function firstCellsOf(page, heading) {
  const text = readFileSync(page, "utf8");
  const start = text.indexOf(heading);
  if (start < 0) throw new Error(`${page} must hold ${JSON.stringify(heading)}, before a table.`);
  const [table = ""] = /^\|[^]*?(?=^[^|]|$(?![^]))/m.exec(text.slice(start)) ?? [];
  return table
    .split("\n")
    .map((row) => row.split("|")[1] ?? "")
    .join(" ");
}
