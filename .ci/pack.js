// Packs the package, checks what it says of itself, installs it in an empty project, and runs
// there what the README shows: its TypeScript example, and the command line's first steps.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "hpo-pack-"));
const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const expect = (text, pattern, what) => {
  if (!pattern.test(text)) throw new Error(`${what}: expected ${pattern}, got\n${text}`);
  console.log(`ok: ${what}`);
};

try {
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder]);
  const [tarball] = run("ls", [folder]).trim().split("\n");
  const packed = join(folder, tarball);
  console.log(run("npx", ["publint", packed, "--strict"]));
  console.log(run("npx", ["attw", packed, "--profile", "esm-only"]));

  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "type": "module", "private": true }\n');
  run("npm", ["install", "--silent", packed], project);
  const readme = readFileSync("README.md", "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme);
  if (!example) throw new Error("README.md has no TypeScript example.");
  writeFileSync(join(project, "example.ts"), example[1]);
  // With the compiler and the runner that this project has, as a user has theirs.
  const compiler = { module: "nodenext", target: "es2023", strict: true, skipLibCheck: true };
  const types = { types: ["node"], typeRoots: [join(root, "node_modules/@types")] };
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compiler, ...types, noEmit: true } }),
  );
  run(join(root, "node_modules/.bin/tsc"), [], project);
  console.log("ok: the README's example type-checks against the packed types");
  const output = run(join(root, "node_modules/.bin/tsx"), ["example.ts"], project);
  expect(
    output,
    /\{ lr: [\d.e-]+, momentum: /,
    "the README's example runs and finds a learning rate",
  );
  const hpo = join(project, "node_modules/.bin/hpo");
  expect(run(hpo, ["--version"], project), /^\d+\.\d+\.\d+/, "hpo --version");
  expect(run(hpo, ["init", "ts"], project), /Wrote study\.ts/, "hpo init ts");
  expect(run(hpo, ["study", "run", "study.ts"], project), /Best: trial/, "hpo study run study.ts");
  expect(run(hpo, ["study", "list", "--json"], project), /"name": "starter"/, "hpo study list");
  const drawn = ["study", "plot", "starter", "history"];
  expect(
    run(hpo, [...drawn, "-o", "-"], project),
    /^<svg .*<\/svg>\s*$/s,
    "hpo study plot, as SVG",
  );
  run(hpo, [...drawn, "-o", "page.html"], project);
  const page = readFileSync(join(project, "page.html"), "utf8");
  expect(page, /hpoPage\.show\(hpoCharts\)/, "hpo study plot, as a page");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
