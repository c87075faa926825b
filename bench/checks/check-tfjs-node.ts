import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";

// The real tfjs-node without its download: its addon is built against the headers and libraries of a
// tensorflow-cpu wheel, in a project of its own, and compared with wasm there. Takes a few minutes
// and 2 GB of temporary space. Exit code 1: they disagree; 2: something it needs can't be had.

const WHEEL = "tensorflow-cpu==2.21.0";
const PACKAGE = "@tensorflow/tfjs-node@4.22.0";

class Unavailable extends Error {}

/** @throws Unavailable with what is lacking and the last lines that the command printed */
function run(command: string, args: readonly string[], cwd: string, lacking: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  const said = error?.message ?? `${stdout}${stderr}`.trim().split("\n").slice(-8).join("\n");
  throw new Unavailable(`${lacking}\n  ${command} ${args.join(" ")}\n${said}`);
}

/** The wheel's tensorflow folder: headers in include/, libtensorflow_cc.so.2 beside it. */
function fetchWheel(folder: string): string {
  const target = join(folder, "wheel");
  const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", target];
  const lacking = `The wheel ${WHEEL} can't be had: it needs Python 3 with pip, and a package index.`;
  run("python3", [...pip, WHEEL], folder, lacking);
  return join(target, "tensorflow");
}

/** An empty project with this package as it would be published, and tfjs-node without its addon. */
function makeProject(folder: string): string {
  const pack = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
  run("npm", pack, packageRoot, "npm pack failed.");
  const packed = readdirSync(folder).find((name) => name.endsWith(".tgz")) as string;
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "type": "module", "private": true }\n');
  const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
  const lacking = `${PACKAGE} can't be installed: it needs a package registry.`;
  run("npm", [...install, join("..", packed), PACKAGE], project, lacking);
  return project;
}

/** Lays the wheel's files where the addon's build and its loader look for libtensorflow. */
function buildAddon(project: string, tensorflow: string): void {
  const home = join(project, "node_modules", "@tensorflow", "tfjs-node");
  const libraries = join(home, "deps", "lib");
  mkdirSync(libraries, { recursive: true });
  symlinkSync(join(tensorflow, "include"), join(home, "deps", "include"));
  for (const [name, part] of [
    ["libtensorflow", "libtensorflow_cc"],
    ["libtensorflow_framework", "libtensorflow_framework"],
  ]) {
    const library = join(tensorflow, `${part}.so.2`);
    if (!existsSync(library)) throw new Unavailable(`The wheel ${WHEEL} has no ${part}.so.2.`);
    // One name for the linker, one (the library's own) for the loader.
    symlinkSync(library, join(libraries, `${name}.so`));
    symlinkSync(library, join(libraries, `${part}.so.2`));
  }
  const build = ["exec", "--offline", "--", "node-pre-gyp", "install", "--build-from-source"];
  const lacking = "The addon can't be built: it needs make, a C++ compiler, and Node's headers.";
  run("npm", build, home, lacking);
}

function compare(project: string): number {
  const program = join(project, "compare-backends.js");
  copyFileSync(join(packageRoot, "dist", "bench", "compare-backends.js"), program);
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1" };
  const options = { cwd: project, stdio: "inherit", env } as const;
  return spawnSync(process.execPath, [program], options).status ?? 1;
}

const folder = mkdtempSync(join(tmpdir(), "hpo-tfjs-node-"));
try {
  const project = makeProject(folder);
  console.log(`installed ${PACKAGE} in a project of its own`);
  const tensorflow = fetchWheel(folder);
  console.log(`fetched ${WHEEL}`);
  buildAddon(project, tensorflow);
  console.log("built the addon against it");
  process.exitCode = compare(project);
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  console.error(`Not checked. ${error.message}`);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
