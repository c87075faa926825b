import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { importModule } from "./load-objective.ts";
import { fileAndExport } from "./module-of.ts";

// A user would miss: that TypeScript runs here as in the rest of their project.

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hpo-typescript-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
const load = (...path: string[]) => importModule(pathToFileURL(join(...path)).href);

test("decorators do what the language says, in imported files too", async (t) => {
  const folder = folderOf({
    "study.ts": 'import { Loss } from "./loss.ts";\nexport const value = new Loss().compute(2);',
    "loss.ts": `
      const tenfold = <F extends (x: number) => number>(compute: F, context: DecoratorContext) =>
        context.kind === "method" ? (x: number) => 10 * compute(x) : compute;
      export class Loss { @tenfold compute(x: number): number { return x; } }`,
  });
  t.is((await load(folder, "study.ts"))["value"], 20);
  t.is((await load(folder, "study.ts"))["value"], 20, "once more, from what is kept");
});

test("decorators do what TypeScript had before, where tsconfig.json asks for these", async (t) => {
  const folder = folderOf({
    "tsconfig.json": '{ "extends": "./base.json" }',
    "base.json": '{ "compilerOptions": { "experimentalDecorators": true } } // as before',
    "study.ts": `
      const seen: string[] = [];
      const note = (_target: object, key: string) => void seen.push(key);
      class Loss { @note compute(x: number): number { return x; } }
      export const value = [new Loss().compute(2), ...seen];`,
  });
  t.deepEqual((await load(folder, "study.ts"))["value"], [2, "compute"]);
});

test("tsconfig.json's paths are heeded, and one that can't be read is told", async (t) => {
  const files = {
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
    "lib/three.ts": "export const three: number = 3;",
    "studies/study.ts": 'export { three as value } from "@lib/three";',
  };
  t.is((await load(folderOf(files), "studies/study.ts"))["value"], 3);
  const broken = folderOf({ ...files, "tsconfig.json": '{ "extends": "./none.json" }' });
  await t.throwsAsync(load(broken, "studies/study.ts"), {
    instanceOf: HpoError,
    message: /study\.ts: the tsconfig\.json above it can't be read: .*none\.json/,
  });
});

test("fields with accessor do what TypeScript says, and so do those with decorators beside them", async (t) => {
  const folder = folderOf({
    "study.ts": `
      const tenfold = <T>(target: ClassAccessorDecoratorTarget<object, T>) => ({ get: () => 10 as T, set: target.set });
      class Loss { accessor plain: number = 3; @tenfold accessor ten: number = 1; }
      export const value = [new Loss().plain, new Loss().ten];`,
  });
  t.deepEqual((await load(folder, "study.ts"))["value"], [3, 10]);
});

test("what can't be parsed is told by its place, without the parser's own advice", async (t) => {
  const wrong: readonly (readonly [text: string, message: RegExp])[] = [
    [
      "export const value = {\n  a: 1\n  b: 2 };",
      /study\.ts:3:3: Unexpected token, expected ","\. Correct/,
    ],
    ["let a = 1; let a = 2;", /study\.ts:1:16: Identifier 'a' has already been declared\. Correct/],
    ["export const value = 1 |> f;", /study\.ts:1:24: .*pipelineOperator.*\. Write it in /],
  ];
  for (const [text, message] of wrong) {
    const error = await t.throwsAsync(load(folderOf({ "study.ts": text }), "study.ts"), {
      instanceOf: HpoError,
      message,
    });
    t.notRegex(error.message, /babel|\n/i);
  }
  const imported = folderOf({ "study.ts": 'import "./part.ts";', "part.ts": "const = 1;" });
  await t.throwsAsync(load(imported, "study.ts"), { message: /part\.ts:1:7: Unexpected token\./ });
});

test("through a link, packages are those beside the file itself", async (t) => {
  const folder = folderOf({
    "node_modules/beside/package.json": '{ "name": "beside", "type": "module", "main": "x.js" }',
    "node_modules/beside/x.js": "export const value = 5;",
    "study.ts": 'export { value } from "beside";',
  });
  const elsewhere = folderOf({});
  symlinkSync(join(folder, "study.ts"), join(elsewhere, "link.ts"));
  t.is((await load(elsewhere, "link.ts"))["value"], 5);
});

test("a # in a folder's name is no export's", async (t) => {
  const folder = folderOf({
    "c#/study.ts": 'export { value } from "./value.ts";',
    "c#/value.ts": "export const value: number = 7;",
  });
  t.is((await load(folder, "c#", "study.ts"))["value"], 7);
  const path = join(folder, "c#", "study.ts");
  t.like(fileAndExport(path), { path });
  t.deepEqual(fileAndExport(`${path}#value`), { path, exportName: "value" });
});
