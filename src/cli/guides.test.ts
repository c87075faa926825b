import test from "ava";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openStorage } from "../storage/open-storage.ts";
import { loadStudy } from "../study/load-study.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { hpoHere } from "./fixtures/hpo-here.ts";

// The guides' own commands, in their order, in an empty folder: what a reader types must work.

/** The lines of a page's `sh` blocks that start with hpo or npx hpo, without comments. */
function commandsOf(page: string): string[] {
  const blocks = readFileSync(page, "utf8").matchAll(/^```sh\n([^]*?)^```/gm);
  const lines = [...blocks].flatMap(([, block]) => block.split("\n"));
  return lines.flatMap((line) => /^(?:npx )?hpo (.*?)\s*(?:#.*)?$/.exec(line)?.[1] ?? []);
}

async function type(folder: string, commands: readonly string[]): Promise<string> {
  const outputs: string[] = [];
  for (const command of commands) {
    const { code, out, err } = await hpoHere(folder, command);
    if (code !== 0) throw new Error(`hpo ${command}: exit code ${code}\n${out}\n${err}`);
    outputs.push(out);
  }
  return outputs.join("\n");
}

test.serial("a study of Optuna goes on as docs/from-optuna.md says", async (t) => {
  const folder = await tempFolder(t);
  copyFileSync("src/testing/golden/optuna-5.0.0.sqlite3", join(folder, "optuna.db"));
  const commands = commandsOf("docs/from-optuna.md");
  const made = commands.findIndex((command) => command.startsWith("init"));
  await type(folder, commands.slice(0, made + 1));

  // What the page asks the reader to do by hand: the command, and lines of JSON.
  const yaml = join(folder, "study.yaml");
  const text = readFileSync(yaml, "utf8");
  t.regex(text, /^trials: 76$/m, "50 more than there are");
  // Four and the queued one are enough here.
  const fewer = text.replace(/^trials: 76$/m, "trials: 30");
  writeFileSync(yaml, fewer.replace(/^command:[^]*/m, "command: node train.cjs\n"));
  writeFileSync(
    join(folder, "train.cjs"),
    `const { lr } = JSON.parse(process.env.HPO_PARAMS);
    console.log(JSON.stringify({ step: 1, value: (Math.log10(lr) + 2) ** 2 + 1 }));
    console.log(JSON.stringify({ value: (Math.log10(lr) + 2) ** 2 }));`,
  );
  const said = await type(folder, commands.slice(made + 1));
  t.regex(said, /Stopped: the study has its 30 trials/);

  const storage = await openStorage(`sqlite:${join(folder, "optuna.db")}`);
  t.teardown(() => storage.close());
  const study = await loadStudy("single", { storage });
  t.is(study.trials().length, 30);
  t.is(study.trials("complete").length, 13 + 5, "the queued trial and four new ones completed");
});

test.serial("the README's first program prints what stands behind it", async (t) => {
  const folder = await tempFolder(t);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules", "hpo"));
  const program = /^```ts\n([^]*?)^```/m.exec(readFileSync("README.md", "utf8"))![1];
  const [, printing, shown] = /^(console\.log\(.*\);) \/\/ (.*)$/m.exec(program)!;
  const file = join(folder, "bowl.mjs");
  const exported = printing.replace("console.log(", "export const printed = [").replace(");", "];");
  writeFileSync(file, program.replace(printing, exported));
  const { printed } = (await import(pathToFileURL(file).href)) as { printed: unknown };
  const two = (_key: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(2)) : value;
  const said = `[${shown.replace(/(\w+): /g, '"$1": ').replace("] {", "], {")}]`;
  t.deepEqual(JSON.parse(JSON.stringify(printed, two)), JSON.parse(said));
});

test.serial("the first study is as docs/first-study.md says", async (t) => {
  const folder = await tempFolder(t);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules", "hpo"));
  const said = await type(folder, commandsOf("docs/first-study.md"));
  t.regex(said, /Stopped: the study has its 40 trials/);
  t.regex(said, /Stopped: the study has its 60 trials/);
  t.regex(readFileSync(join(folder, "history.html"), "utf8"), /<html/);
});
