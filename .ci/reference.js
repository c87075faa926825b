// npm run reference: writes the tables of docs/reference that tell what the program itself says: its
// commands, the keys of a study file, strategies and pruners with their options, the names of attributes.
// A table stands between <!-- the command line --> and <!-- end of the command line -->, say.
// `npm run check:docs` fails where one is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { format, resolveConfig } from "prettier";
import { attributesOf } from "./reference/attributes.js";
import { commandsOf } from "./reference/command-line.js";
import { partsOf } from "./reference/parts.js";
import { studyFileOf } from "./reference/study-file.js";

const TABLES = [
  { page: "command-line", mark: "the command line", write: commandLine },
  { page: "study-file", mark: "the study file", write: () => studyFileOf(json(SCHEMA)) },
  { page: "strategies", mark: "the strategies", write: () => partsOf("strategies/all.ts") },
  { page: "pruners", mark: "the pruners", write: () => partsOf("src/pruners/all.ts") },
  { page: "database", mark: "the attributes", write: () => attributesOf(read(ATTRIBUTES)) },
];
const SCHEMA = "schema/study.schema.json";
const ATTRIBUTES = "src/contracts/attributes.ts";

/** Each page as it is, and as it is to be. */
export async function writtenPages() {
  return Promise.all(
    TABLES.map(async ({ page, mark, write }) => {
      const path = `docs/reference/${page}.md`;
      const text = read(path);
      const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
      const [from, to] = [text.indexOf(begin), text.indexOf(end)];
      if (from < 0 || to < from)
        throw new Error(`${path} must hold ${begin}, and ${end} after it.`);
      const filled = `${text.slice(0, from + begin.length)}\n\n${await write()}\n\n${text.slice(to)}`;
      const options = await resolveConfig(path);
      return { path, text, written: await format(filled, { ...options, filepath: path }) };
    }),
  );
}

/** The pages whose tables are not what the program says. */
export async function faultsOfReference() {
  const stale = (await writtenPages()).filter(({ text, written }) => text !== written);
  return stale.map(({ path }) => `${path} is stale: npm run reference`);
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
  for (const { path, text, written } of await writtenPages()) {
    if (text !== written) writeFileSync(path, written);
  }
}
