// Makes what `hpo` starts with, of two files that Node can each read and compile at once: hpo.cjs of
// src/cli/main.ts, and commands.cjs of what src/cli/quick/quick-commands.ts needs, with SQLite's statements
// compiled. What compiles others, Kysely, is loaded if there is one. Run by npm run build, after the
// libraries' bundles.
import { chmodSync, readFileSync, renameSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { build } from "esbuild";

const cli = resolve("dist/src/cli");
const storage = resolve("dist/src/storage");
/** Rows of one insert: the parameters of most trials, and their attributes. */
const COMPILED_ROWS = 8;

/** Each module goes on with its own place: files beside it are found from there. */
const ownPlaces = (folder) => ({
  name: "own places",
  setup({ onLoad }) {
    onLoad({ filter: /dist\/(src|strategies)\/.*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.url")) return undefined;
      const place = JSON.stringify(relative(folder, path).split(sep).join("/"));
      const url = `require("node:url").pathToFileURL(require("node:path").join(__dirname, ${place}))`;
      return { contents: `var ownPlace = ${url}.href; ${text}`, loader: "js" };
    });
  },
});

/** Of what is loaded later, takes what `followed` says into the bundle; the rest stays where it is. */
const others = (folder, followed) => ({
  name: "others",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, importer, resolveDir }) => {
      const file = resolve(resolveDir, path);
      if (kind !== "dynamic-import" || followed({ file, importer })) return undefined;
      const place = relative(folder, file).split(sep).join("/");
      return { path: place.startsWith(".") ? place : `./${place}`, external: true };
    });
  },
});

/** Has SQLite's statements as text, and Kysely in a file of its own. */
const compiledStatements = (text) => ({
  name: "compiled statements",
  setup({ onLoad, onResolve }) {
    const contents = `export const sqliteStatements = JSON.parse(${JSON.stringify(text)});`;
    onLoad({ filter: /sqlite-statements\.js$/ }, () => ({ contents, loader: "js" }));
    onResolve({ filter: /vendor\/kysely\.js$/ }, () => ({
      path: "../../vendor/kysely.cjs",
      external: true,
    }));
  },
});

async function statementsText() {
  const { statementsOf } = await import(`${storage}/sql/prepared.js`);
  const { createQueries } = await import(`${storage}/sql/queries/queries.js`);
  const { sqliteDialect } = await import(`${storage}/sql/sqlite/sqlite-dialect.js`);
  return JSON.stringify(statementsOf(() => createQueries(sqliteDialect), COMPILED_ROWS));
}

async function bundle(entry, target, followed, options) {
  const folder = dirname(target);
  await build({
    entryPoints: [entry],
    outfile: `${target}.new`,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    define: { "import.meta.url": "ownPlace" },
    // A third smaller; lines stay short, as Node shows the one that threw.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    legalComments: "none",
    logLevel: "warning",
    ...options,
    plugins: [...(options.plugins ?? []), ownPlaces(folder), others(folder, followed)],
  });
  // Node keeps a text with one other character in two bytes each, and takes longer for all of it.
  const other = /[^\0-\x7f]/.exec(readFileSync(`${target}.new`, "utf8"));
  if (other) throw new Error(`${target} has the character ${other[0]}. Write its code, as \\u….`);
  // Whole or not at all, and newer than what it is made of: a process may be reading it.
  renameSync(`${target}.new`, target);
}

await bundle(
  `${cli}/main.js`,
  `${cli}/hpo.cjs`,
  ({ file }) => file.startsWith(`${cli}${sep}quick`),
  {},
);
chmodSync(`${cli}/hpo.cjs`, 0o755);

/** What others load later runs trials or reads files of users'. */
const isOfQuick = ({ importer }) =>
  /dist\/src\/(cli\/(commands\/|context\.)|storage\/)/.test(importer);
await bundle(`${cli}/quick/quick-commands.js`, `${cli}/quick/commands.cjs`, isOfQuick, {
  // Scripts that V8 keeps compiled can't import; what is left of imports are packages of CommonJS.
  supported: { "dynamic-import": false },
  external: ["@photostructure/sqlite", "ml-matrix", "pg", "sobol", "string-width"],
  // The same clock: for the global one Node loads ten modules more.
  plugins: [compiledStatements(await statementsText())],
  banner: { js: "const performance = { now: () => Number(process.hrtime.bigint()) / 1e6 };" },
});
