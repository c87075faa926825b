// Makes one of each kind that `npm run new` knows, in a copy of the sources, and holds that all of it is
// formatted, type-checks, obeys the import rules and passes its tests at once.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const made = [
  ["strategy", "near-best", "strategies"],
  ["pruner", "worst-of-all", "src/pruners"],
  ["optimizer", "heavy", "src/tfjs/optimizers"],
  ["storage", "call-log", "src/storage"],
  ["plot", "first-look", "src/plots/kinds"],
];
// What holds every registered one, whoever wrote it.
const common = [
  "strategies/registry.test.ts",
  "src/pruners/registry.test.ts",
  "src/tfjs/optimizers/space.test.ts",
  "src/study-file/study-yaml.test.ts",
  "src/storage/sql/sqlite/sqlite-errors.test.ts",
  "src/plots/plots.test.ts",
];

const folder = mkdtempSync(join(tmpdir(), "hpo-new-"));
const run = (command, args) => execFileSync(command, args, { cwd: folder, stdio: "inherit" });
try {
  const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    encoding: "utf8",
  });
  for (const file of tracked.trim().split("\n")) {
    cpSync(file, join(folder, file), { force: true });
  }
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  run("npm", ["run", "--silent", "build"]);
  for (const [kind, name] of made) run("npm", ["run", "--silent", "new", "--", kind, name]);
  run("npm", ["run", "--silent", "build"]);
  const tests = [...made.map(([, name, place]) => `${place}/${name}.test.ts`), ...common];
  run("npm", ["run", "--silent", "test:one", "--", ...tests]);
  const files = made.flatMap(([, name, place]) => [
    `${place}/${name}.ts`,
    `${place}/${name}.test.ts`,
  ]);
  const lists = [
    "strategies/all.ts",
    "src/pruners/all.ts",
    "src/storage/all.ts",
    "src/plots/kinds/index.ts",
  ];
  run("npx", ["prettier", "--check", ...files, ...lists, "src/plots/testing/pictures.ts"]);
  run("node", ["dist/src/plots/testing/pictures.js", "--check", "first-look"]);
  // A kind's rules may ask of other files to know each one that is registered.
  run("npx", ["eslint", ...files, "src/tfjs/probe/rules.ts"]);
  run("npm", ["run", "--silent", "lint:imports"]);
  console.log(`ok: a new ${made.map(([kind]) => kind).join(", ")} each is green at once`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
