// npm run new -- strategy NAME   (pruner, optimizer, storage, plot)
// Writes the file, its test and its line of registration; all of it is green at once. What the new part
// is to do replaces what stands there.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileChanged, compiledOf } from "./compile-changed.js";

const SCHEMA = "schema/study.schema.json";
const KINDS = {
  strategy: { folder: "strategies", list: "strategies/all.ts", exports: withOptions },
  pruner: { folder: "src/pruners", list: "src/pruners/all.ts", exports: withOptions },
  optimizer: { folder: "src/tfjs/optimizers", list: "src/tfjs/optimizers/all.ts", exports: plain },
  storage: { folder: "src/storage", list: "src/storage/all.ts", exports: underItsName("Scheme") },
  plot: {
    folder: "src/plots/kinds",
    list: "src/plots/kinds/index.ts",
    exports: underItsName("Plot"),
  },
};

const [kind, name, ...rest] = process.argv.slice(2);
const place = Object.hasOwn(KINDS, kind ?? "") ? KINDS[kind] : undefined;
if (!place || !/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name ?? "") || rest.length > 0) {
  fail(
    `Usage: npm run new -- ${Object.keys(KINDS).join("|")} NAME, a name like my-${kind ?? "strategy"}`,
  );
}

const camel = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const pascal = camel[0].toUpperCase() + camel.slice(1);
const file = join(place.folder, `${name}.ts`);
const testFile = join(place.folder, `${name}.test.ts`);
for (const path of [file, testFile]) {
  if (existsSync(path)) fail(`${path} is there already. Give the ${kind} another name.`);
}

const words = { name, camel, Pascal: pascal, fingerprint: "to be recorded" };
const fill = (template) =>
  readFileSync(join(".ci/new", template), "utf8").replace(
    /\{\{(\w+)\}\}/g,
    (_, word) => words[word],
  );
writeFileSync(file, fill(`${kind}.txt`));
register(place.list, place.exports());
compileChanged();
if (kind === "strategy") words.fingerprint = fingerprintOf(file);
writeFileSync(testFile, fill(`${kind}.test.txt`));
const PICTURES = "src/plots/testing/pictures.ts";
const PLOT_DOCS = "docs/plots.md";
if (kind === "plot") addPicture();
const written = [file, testFile, place.list, ...(kind === "plot" ? [PICTURES, PLOT_DOCS] : [])];
run("node_modules/.bin/prettier", ["--log-level", "warn", "--write", ...written]);
console.log(`${file} and ${testFile} are written, and ${place.list} names it.`);
if (kind === "plot") {
  console.log("Building, as its picture is drawn by the bundle:");
  run("npm", ["run", "--silent", "pictures", "--", name]);
} else {
  console.log(
    "Writing what follows from it: the schema of study files, and tables of docs/reference.",
  );
  writeFileSync(
    SCHEMA,
    execFileSync(process.execPath, ["dist/src/cli/main.js", "study", "schema"]),
  );
}
run(process.execPath, [".ci/reference.js"]);
console.log(`Done. Try it:
  npm run test:one -- ${testFile}
npm run check:docs names what is still to be written; the list in CONTRIBUTING.md has the rest.`);

function plain() {
  return camel;
}

function withOptions() {
  return `${camel}, type ${pascal}Options`;
}

function underItsName(suffix) {
  return () => `${camel}${suffix} as ${name === camel ? name : `"${name}"`}`;
}

/** Its line among the others, by the name of its file. */
function register(list, exported) {
  const text = readFileSync(list, "utf8");
  const line = `export { ${exported} } from "./${name}.ts";`;
  const lines = text.trimEnd().split("\n");
  const fileOf = (one) => /from "\.\/(?:.*\/)?([^/]*)\.ts";$/.exec(one)?.[1];
  const before = lines.findIndex((one) => (fileOf(one) ?? "") > name);
  lines.splice(before < 0 ? lines.length : before, 0, line);
  writeFileSync(list, `${lines.join("\n")}\n`);
}

/** Its picture, and where that is shown: to be looked at in both themes. */
function addPicture() {
  const pictures = readFileSync(PICTURES, "utf8");
  const line = `  { name: "${name}", kind: "${name}", study: "noisy-quadratic" },\n];\n\nconst isCheck`;
  writeFileSync(PICTURES, pictures.replace("];\n\nconst isCheck", line));
  const shown = ["dark", "light"].map((theme) => `pictures/${name}-${theme}.png`);
  const section = `
## ${name}

TODO: say what it shows, and how to read it.

<picture><source media="(prefers-color-scheme: dark)" srcset="${shown[0]}"><img alt="${name}" src="${shown[1]}"></picture>
`;
  writeFileSync(PLOT_DOCS, readFileSync(PLOT_DOCS, "utf8") + section);
}

/** What the contract compares suggestions with. */
function fingerprintOf(source) {
  const program = `
    import { strategyFingerprint } from "./dist/src/testing/strategy-fingerprint.js";
    import { ${camel} } from "./${compiledOf(source)}";
    console.log(strategyFingerprint(${camel}()));`;
  const args = ["--input-type=module", "--eval", program];
  return execFileSync(process.execPath, args, { encoding: "utf8" }).trim();
}

function run(command, args) {
  execFileSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
