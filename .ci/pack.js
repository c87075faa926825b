// Packs the package, checks what it says of itself, installs it in an empty project without its
// optional packages, and runs there what the README shows. Then, with these, the types of every entry.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** What an installation may take, with all that it depends on, in MB. */
const MOST_MB = 65;

/** How much of an output that is not as expected is shown, in characters: a page has 300,000. */
const MOST_SHOWN = 4000;

const root = process.cwd();
const modules = join(root, "node_modules");
const folder = mkdtempSync(join(tmpdir(), "hpo-pack-"));
const project = join(folder, "project");
const installed = join(project, "node_modules/hpo");
const hpo = join(project, "node_modules/.bin/hpo");

const run = (command, args, cwd = project) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const errorOf = (command, args) => {
  const { status, stderr } = spawnSync(command, args, { cwd: project, encoding: "utf8" });
  return `exit code ${status}\n${stderr}`;
};
const expect = (text, pattern, what) => {
  if (!pattern.test(text))
    throw new Error(`${what}: expected ${pattern}, got\n${text.slice(0, MOST_SHOWN)}`);
  console.log(`ok: ${what}`);
};
const write = (name, text) => writeFileSync(join(project, name), text);
const entries = Object.entries(JSON.parse(readFileSync("package.json", "utf8")).exports)
  .filter(([, { types }]) => types !== undefined)
  .map(([path]) => path.replace(/^\./, "hpo"));

try {
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], root);
  const packed = join(folder, readdirSync(folder)[0]);
  console.log(run("npx", ["publint", packed, "--strict"], root));
  console.log(run("npx", ["attw", packed, "--profile", "esm-only"], root));

  mkdirSync(project);
  write("package.json", '{ "type": "module", "private": true }\n');
  run("npm", ["install", "--silent", packed]);
  checkSize();
  checkLinks();
  checkReadme();
  checkCommands();
  checkWithoutPeers();
  checkTypes();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function checkSize() {
  const [kibibytes] = run("du", ["-sk", "node_modules"]).split("\t");
  const megabytes = (Number(kibibytes) * 1024) / 1e6;
  const size = `${megabytes.toFixed(1)} MB are installed`;
  if (megabytes > MOST_MB) throw new Error(`${size}, and at most ${MOST_MB} may be.`);
  console.log(`ok: ${size}`);
}

/** Every relative link and picture of every page that is packed leads to a file that is packed. */
function checkLinks() {
  const pages = readdirSync(installed, { recursive: true }).filter((file) => file.endsWith(".md"));
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(installed, page), "utf8").replace(/^```[^]*?^```/gm, "");
    const links = [...text.matchAll(/\]\(([^)\s]+)|\s(?:href|src|srcset)="([^"]+)"/g)];
    return links
      .map(([, link, attribute]) => (link ?? attribute).replace(/#.*/, ""))
      .filter((link) => link !== "" && !/^[a-z]+:/.test(link))
      .filter((link) => !existsSync(resolve(installed, dirname(page), link)))
      .map((link) => `${page}: ${link} is not packed`);
  });
  if (dead.length > 0) throw new Error(dead.join("\n"));
  console.log(`ok: the links of ${pages.length} pages lead to what is packed`);
}

function checkReadme() {
  const example = /```ts\n(.*?)```/s.exec(readFileSync("README.md", "utf8"));
  if (!example) throw new Error("README.md has no TypeScript example.");
  write("example.ts", example[1]);
  compile("the README's example", ["example.ts"], {});
  const output = run(join(modules, ".bin/tsx"), ["example.ts"]);
  expect(output, /\{ lr: [\d.e-]+, momentum: /, "the README's example finds a learning rate");
}

function checkCommands() {
  expect(run(hpo, ["--version"]), /^\d+\.\d+\.\d+/, "hpo --version");
  expect(run(hpo, ["init", "ts"]), /Wrote study\.ts/, "hpo init ts");
  expect(run(hpo, ["study", "run", "study.ts"]), /Best: trial/, "hpo study run study.ts");
  expect(run(hpo, ["study", "list", "--json"]), /"name": "starter"/, "hpo study list");
  const drawn = ["study", "plot", "starter", "history"];
  expect(run(hpo, [...drawn, "-o", "-"]), /^<svg .*<\/svg>\s*$/s, "hpo study plot, as SVG");
  run(hpo, [...drawn, "-o", "page.html"]);
  const page = readFileSync(join(project, "page.html"), "utf8");
  expect(page, /hpoPage\.show\(hpoCharts\)/, "hpo study plot, as a page");
  const contour = run(hpo, ["study", "plot", "starter", "contour", "-o", "-"]);
  expect(
    contour,
    /^<svg .*<path d="[^"]+Z" fill="#[^"]+"><.*<\/svg>\s*$/s,
    "hpo study plot contour, whose areas need a bundle",
  );
  const report = run(hpo, ["study", "report", "starter", "-o", "-"]);
  expect(report, /^<!doctype html>.*What to try next.*<\/html>\s*$/s, "hpo study report");
}

function checkWithoutPeers() {
  const x = "space:\n  x: { type: float, low: 0, high: 1 }\n";
  const command = `command: [echo, '{"value": {x}}']\n`;
  write("study.yaml", `name: command\ntrials: 3\n${x}${command}`);
  expect(run(hpo, ["study", "run", "study.yaml"]), /Best: trial/, "hpo study run study.yaml");

  const free = entries.filter((entry) => !["hpo/tfjs", "hpo/testing"].includes(entry));
  const imports = free.map((entry) => `await import("${entry}");`).join(" ");
  run(process.execPath, ["--input-type=module", "-e", imports]);
  console.log(`ok: ${free.join(", ")} need nothing optional`);

  const needed = /hpo\/tfjs needs TensorFlow\.js.*npm install @tensorflow\/tfjs-core@4/;
  const program = ["--input-type=module", "-e", 'import "hpo/tfjs";'];
  expect(errorOf(process.execPath, program), needed, 'import "hpo/tfjs" names what to install');
  write("tf.ts", 'import { adam } from "hpo/tfjs";\nexport default adam;\n');
  const study = errorOf(hpo, ["study", "run", "tf.ts"]);
  expect(study, needed, "and so does a study that imports it");
  expect(study, /exit code 1\n(?!.*\n\s+at )/s, "without a stack");

  write("decorated.ts", "const it = (_: unknown) => undefined;\n@it class A {}\nexport { A };\n");
  const decorated = errorOf(hpo, ["study", "run", "decorated.ts"]);
  expect(decorated, /npm install --save-dev typescript/, "decorators name the compiler they need");
}

/** Of every entry, as strict as a user's project may be, by both ways to resolve modules. */
function checkTypes() {
  for (const name of ["@tensorflow", "ava"]) {
    symlinkSync(join(modules, name), join(project, "node_modules", name));
  }
  const names = entries.map((entry, index) => `import * as e${index} from "${entry}";`);
  write(
    "entries.ts",
    `${names.join("\n")}\nexport { ${names.map((_, i) => `e${i}`).join(", ")} };`,
  );
  write(
    "asking.ts",
    `import { createStudy, csvOf, float, rowsOf, searchSpace } from "hpo";
    const space = searchSpace({ lr: float(0, 1) });
    const study = await createStudy({ name: "a", space, strategy: "tpe", pruner: "median" });
    const trial = await study.ask();
    if (trial) await study.tell(trial, trial.params.lr);
    const [one] = await study.ask(2);
    if (one) await study.tell(one, NaN);
    export const csv: string = csvOf(rowsOf(study.trials(), study.metricNames));`,
  );
  const strict = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const bundler = { ...strict, module: "esnext", moduleResolution: "bundler" };
  compile("every entry by nodenext", ["entries.ts", "asking.ts"], strict);
  compile("every entry by bundler", ["entries.ts", "asking.ts"], bundler);
  compile("what asks, with all that it imports", ["asking.ts"], { ...strict, skipLibCheck: false });
  run(process.execPath, ["--input-type=module", "-e", 'import "hpo/tfjs";']);
  console.log("ok: hpo/tfjs loads where TensorFlow.js is installed");
}

/** With the compiler that this project has, as a user has theirs. */
function compile(what, files, options) {
  const base = { module: "nodenext", target: "es2023", strict: true, skipLibCheck: true };
  const types = { types: ["node"], typeRoots: [join(modules, "@types")], noEmit: true };
  const compilerOptions = { ...base, ...types, ...options };
  write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
  try {
    run(join(modules, ".bin/tsc"), []);
  } catch (error) {
    throw new Error(`${what} does not type-check:\n${error.stdout}`, { cause: error });
  }
  console.log(`ok: ${what} type-checks against the packed types`);
}
