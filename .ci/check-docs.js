// Compiles every TypeScript example of README.md, CONTRIBUTING.md, docs/*.md, and of the docstrings
// (`@example`). A page may put what an example takes for granted into a comment before it:
//   <!-- example: import { float } from "hpo"; declare const model: Model; -->
// and says of a block that is no program by itself why it is none: <!-- no example: why -->
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = ".examples";
const pages = ["README.md", "CONTRIBUTING.md", ...list("docs", ".md")];
const sources = ["src", "strategies"].flatMap((root) =>
  list(root, ".ts").filter((file) => !/\.test\.ts$|\/(testing|fixtures)\//.test(file)),
);
const examples = [
  ...pages.flatMap((page) => blocksOf(page, readFileSync(page, "utf8"))),
  ...sources.flatMap((file) => docstringsOf(file, readFileSync(file, "utf8"))),
];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
try {
  examples.forEach(({ at, code }, index) => {
    writeFileSync(join(folder, `example-${index}.ts`), `// ${at}\n${code}\nexport {};\n`);
  });
  const compilerOptions = { noEmit: true, noUnusedLocals: false, noUnusedParameters: false };
  const include = ["*.ts", "../**/*-package.d.ts"];
  const config = {
    extends: "../tsconfig.json",
    compilerOptions: { ...compilerOptions, incremental: false, rootDir: ".." },
    include,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  execFileSync("npx", ["tsc", "-p", folder], { encoding: "utf8", stdio: "pipe" });
  console.log(`${examples.length} examples compile.`);
} catch (error) {
  const said = `${error.stdout ?? error}`;
  console.error(said.replace(/^\.examples\/example-(\d+)\.ts/gm, (_, index) => examples[index].at));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function list(root, ending) {
  const files = readdirSync(root, { recursive: true }).map((file) => join(root, file));
  return files.filter((file) => file.endsWith(ending) && !file.endsWith(".d.ts"));
}

function blocksOf(page, text) {
  const blocks = text.matchAll(/(?:<!-- (no )?example:([^]*?)-->\s*)?^```ts\n([^]*?)^```/gm);
  return [...blocks].flatMap(([whole, isNone, prelude = "", code]) => {
    const line = text.slice(0, text.indexOf(whole)).split("\n").length;
    return isNone ? [] : [{ at: `${page}:${line}`, code: `${prelude.trim()}\n${code}` }];
  });
}

function docstringsOf(file, text) {
  const blocks = text.matchAll(/^ *\* ```ts\n([^]*?)^ *\* ```/gm);
  return [...blocks].map(({ 1: code, index }) => ({
    at: `${file}:${text.slice(0, index).split("\n").length}`,
    code: code.replace(/^ *\* ?/gm, ""),
  }));
}
