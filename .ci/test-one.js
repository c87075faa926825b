// Compiles what changed since it was last compiled, without checking types, and runs the tests of the
// files that are named: npm run test:one -- src/space/int.test.ts [-- --match "*"]
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { options: wholeBuild } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
// One file alone does not know that its package is of ES modules.
const compilerOptions = { ...wholeBuild, module: ts.ModuleKind.ESNext };
const compiledOf = (source) => join("dist", source.replace(/\.ts$/, ".js"));
const timeOf = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const sources = config.include.flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((file) => join(folder, file)),
);
const isSource = (file) => file.endsWith(".ts") && !file.endsWith(".d.ts");
const compiled = [];
for (const source of sources.filter(isSource)) {
  const target = compiledOf(source);
  if (timeOf(target) >= timeOf(source)) continue;
  const options = { compilerOptions, fileName: source };
  const { outputText, sourceMapText } = ts.transpileModule(readFileSync(source, "utf8"), options);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
  if (sourceMapText) writeFileSync(`${target}.map`, sourceMapText);
  compiled.push(source);
}
// The next whole build must not take these files for its own.
if (compiled.length > 0 && timeOf(compilerOptions.tsBuildInfoFile) > 0) {
  const info = JSON.parse(readFileSync(compilerOptions.tsBuildInfoFile, "utf8"));
  info.fileNames.forEach((name, index) => {
    if (!compiled.includes(join("dist", name))) return;
    const known = info.fileInfos[index];
    info.fileInfos[index] = { ...(typeof known === "string" ? {} : known), version: "stale" };
  });
  writeFileSync(compilerOptions.tsBuildInfoFile, JSON.stringify(info));
}

const args = process.argv.slice(2);
const end = args.indexOf("--");
const tests = (end < 0 ? args : args.slice(0, end)).map((file) =>
  isSource(file) ? compiledOf(file) : file,
);
const options = end < 0 ? [] : args.slice(end + 1);
if (tests.length === 0) {
  console.error("Name at least one test file: npm run test:one -- src/space/int.test.ts");
  process.exit(2);
}
console.log(`${compiled.length} files compiled`);
const { status } = spawnSync("node_modules/.bin/ava", [...tests, ...options], { stdio: "inherit" });
process.exitCode = status ?? 1;
