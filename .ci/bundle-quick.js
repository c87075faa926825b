// Puts what src/cli/quick/quick-commands.ts needs into one file that Node can read and compile at
// once: run by npm run build, after the libraries' bundles.
import { readFileSync, renameSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { build } from "esbuild";

const folder = resolve("dist/src/cli/quick");
const file = `${folder}/commands.cjs`;

/** Each module goes on with its own place: files beside it are found from there. */
const ownPlaces = {
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
};

const followed = /dist\/src\/(cli\/(commands\/|context\.)|storage\/)/;
/** What others load later runs trials or reads files of users': it stays where it is. */
const others = {
  name: "others",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, importer, resolveDir }) => {
      if (kind !== "dynamic-import" || followed.test(importer)) return undefined;
      return { path: relative(folder, resolve(resolveDir, path)), external: true };
    });
  },
};

await build({
  entryPoints: [`${folder}/quick-commands.js`],
  outfile: `${file}.new`,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  // Scripts that V8 keeps compiled can't import; what is left of imports are packages of CommonJS.
  supported: { "dynamic-import": false },
  external: ["@photostructure/sqlite", "pg", "sobol", "string-width"],
  define: { "import.meta.url": "ownPlace" },
  // A third smaller; lines stay short, as Node shows the one that threw.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  legalComments: "none",
  plugins: [ownPlaces, others],
  logLevel: "warning",
});
// Whole or not at all, and newer than what it is made of: a process may be reading it.
renameSync(`${file}.new`, file);
