// Holds every example of README.md, CONTRIBUTING.md, docs, and of the docstrings: TypeScript compiles, study
// files are read as hpo reads them, commands and options are there, Python parses. And that no export lacks
// an example, no numeric option its range, no strategy, pruner, variable and error its place in the tables, and
// that the reference is what the program says.
//
// A page may put what a TypeScript example takes for granted into a comment before it:
//   <!-- example: import { float } from "hpo"; declare const model: Model; -->
// and says of a block that is no program by itself why it is none: <!-- no example: why -->
import { mkdirSync, rmSync } from "node:fs";
import { faultsOfCommands } from "./docs/commands.js";
import { blocksOf, docstrings, pages } from "./docs/examples.js";
import { faultsOfExports } from "./docs/exports.js";
import { faultsOfNames } from "./docs/names.js";
import { faultsOfPython } from "./docs/python.js";
import { faultsOfStudyFiles } from "./docs/study-files.js";
import { faultsOfTables } from "./docs/tables.js";
import { faultsOfTypeScript } from "./docs/typescript.js";
import { faultsOfUnits } from "./docs/units.js";
import { faultsOfUnwritten } from "./docs/unwritten.js";
import { faultsOfReference } from "./reference.js";

const folder = ".examples";
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
try {
  const blocks = pages().flatMap(blocksOf);
  const of = (language) => blocks.filter((block) => block.language === language);
  const typescript = [...of("ts"), ...docstrings()];
  const faults = [
    ...faultsOfTypeScript(typescript, folder),
    ...(await faultsOfStudyFiles(of("yaml"), folder)),
    ...(await faultsOfCommands([...of("sh"), ...of("")])),
    ...faultsOfPython(of("python")),
    ...faultsOfExports(),
    ...faultsOfUnits(),
    ...faultsOfNames(),
    ...(await faultsOfTables()),
    ...faultsOfUnwritten(),
    ...(await faultsOfReference()),
  ];
  for (const fault of faults) console.error(fault);
  const counts = ["sh", "yaml", "python"].map((language) => `${of(language).length} ${language}`);
  console.log(
    `${typescript.length} examples in TypeScript, blocks of ${counts.join(", ")}: ${faults.length} faults`,
  );
  if (faults.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
