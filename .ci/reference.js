// npm run reference: writes what docs tell of the program and is made from it, so that it can't be stale: the
// tables of docs/reference (commands, keys of a study file, strategies and pruners with their options, names
// of attributes), the schedules, and the drawings. Text stands between <!-- the command line --> and
// <!-- end of the command line -->, say. `npm run check:docs` fails where some of it is stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { format, resolveConfig } from "prettier";
import { attributesOf } from "./reference/attributes.js";
import { commandsOf } from "./reference/command-line.js";
import { partsDrawings } from "./reference/parts-drawing.js";
import { partsOf } from "./reference/parts.js";
import { scheduleDrawings, schedulesText } from "./reference/schedules.js";
import { studyFileOf } from "./reference/study-file.js";

const TEXTS = [
  { page: "reference/command-line", mark: "the command line", write: commandLine },
  { page: "reference/study-file", mark: "the study file", write: () => studyFileOf(json(SCHEMA)) },
  {
    page: "reference/strategies",
    mark: "the strategies",
    write: () => partsOf("strategies/all.ts"),
  },
  { page: "reference/pruners", mark: "the pruners", write: () => partsOf("src/pruners/all.ts") },
  {
    page: "reference/database",
    mark: "the attributes",
    write: () => attributesOf(read(ATTRIBUTES)),
  },
  { page: "schedules", mark: "the schedules", write: schedulesText },
];
const SCHEMA = "schema/study.schema.json";
const ATTRIBUTES = "src/contracts/attributes.ts";

/** Each file as it is to be. */
async function writtenFiles() {
  const pages = TEXTS.map(async ({ page, mark, write }) => {
    const path = `docs/${page}.md`;
    const text = read(path);
    const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${path} must hold ${begin}, and ${end} after it.`);
    const filled = `${text.slice(0, from + begin.length)}\n\n${await write()}\n\n${text.slice(to)}`;
    const options = await resolveConfig(path);
    return { path, written: await format(filled, { ...options, filepath: path }) };
  });
  return [...(await Promise.all(pages)), ...partsDrawings(), ...scheduleDrawings()];
}

const staleFiles = async () =>
  (await writtenFiles()).filter(({ path, written }) => !existsSync(path) || read(path) !== written);

/** The files that are not what the program says. */
export async function faultsOfReference() {
  return (await staleFiles()).map(({ path }) => `${path} is stale: npm run reference`);
}

async function commandLine() {
  const program = pathToFileURL("dist/src/cli/program.js").href;
  const { createProgram } = await import(program);
  return commandsOf(createProgram());
}

function read(path) {
  return readFileSync(path, "utf8");
}

function json(path) {
  return JSON.parse(read(path));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { path, written } of await staleFiles()) writeFileSync(path, written);
}
