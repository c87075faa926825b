// What the layout promises, beside who imports whom: npm run lint:layout. Prints what breaks it.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import ts from "typescript";

const FOLDERS = ["src", "strategies", "studies", "bench"];
const MOST_LINES = 300;
/** Loose source files in a folder; more where each one is an algorithm, a formula or an example. */
const MOST_FILES = 25;
const MOST_ALGORITHMS = 32;
const ALGORITHMS = ["src/tfjs/optimizers", "src/tfjs/kernels", "strategies", "studies"];

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((file) => join(folder, file)),
).filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !file.endsWith(".test.ts"));
const isForTests = (file) => /\/(testing|fixtures)\//.test(file);
const text = new Map(sources.map((file) => [file, readFileSync(file, "utf8")]));

/** The names that a file declares and exports, in place; what it passes on has its own file. */
function exportedNames(file) {
  const tree = ts.createSourceFile(file, text.get(file), ts.ScriptTarget.Latest);
  const isExported = ({ modifiers = [] }) =>
    modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) &&
    !modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  const named = tree.statements.filter(isExported).flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return statement.name ? [statement.name.text] : [];
    return statement.declarationList.declarations.map(({ name }) => name.text).filter(Boolean);
  });
  return new Set(named);
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function* problems() {
  for (const file of sources.filter((file) => dirname(file) === "src")) {
    if (basename(file) !== "index.ts") yield `${file}: only index.ts lies at the root of src`;
  }
  const byFolder = groupBy(sources, dirname);
  for (const [folder, { length }] of byFolder) {
    const most = ALGORITHMS.includes(folder) ? MOST_ALGORITHMS : MOST_FILES;
    if (length > most) yield `${folder}: ${length} files, and at most ${most} are read at a glance`;
  }
  for (const file of sources.filter((file) => !isForTests(file))) {
    const lines = text.get(file).split("\n").length - 1;
    if (lines > MOST_LINES) yield `${file}: ${lines} lines of at most ${MOST_LINES}. Split it`;
  }
  const byName = groupBy(
    sources.flatMap((file) => [...exportedNames(file)].map((name) => ({ name, file }))),
    ({ name }) => name,
  );
  for (const [name, places] of byName) {
    if (places.length === 1) continue;
    yield `${name}: exported by ${places.map(({ file }) => file).join(" and ")}. A name means one thing`;
  }
}

const found = [...problems()];
for (const problem of found) console.error(problem);
console.error(`${found.length} faults of layout in ${sources.length} files`);
if (found.length > 0) process.exitCode = 1;
