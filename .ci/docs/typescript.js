import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What the compiler says of the examples. Those of a page stand in one folder, so that one that begins with
 * `// NAME.ts` can be imported by the others, and named by the page's study files.
 */
export function faultsOfTypeScript(examples, folder) {
  const places = new Map();
  examples.forEach(({ at, page = "docstrings", prelude, code }, index) => {
    const beside = folderOf(folder, page);
    mkdirSync(beside, { recursive: true });
    const name = /^\/\/ ([\w-]+\.ts)\b/.exec(code)?.[1] ?? `example-${index}.ts`;
    const file = join(beside, name);
    writeFileSync(file, `${prelude}\n${code}\nexport {};\n`);
    places.set(file, at);
  });
  const config = {
    extends: "../tsconfig.json",
    compilerOptions: {
      noEmit: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      incremental: false,
      rootDir: "..",
    },
    include: ["**/*.ts", "../**/*-package.d.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  try {
    execFileSync("npx", ["tsc", "-p", folder], { encoding: "utf8", stdio: "pipe" });
    return [];
  } catch (error) {
    const said = `${error.stdout ?? error}`.trim();
    return said.replace(/^\S+?\.ts(?=\()/gm, (file) => places.get(file) ?? file).split("\n");
  }
}

/** The folder of a page's examples. */
export const folderOf = (folder, page) => join(folder, page.replace(/\W/g, "-"));
