import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { identityOf } from "../../contracts/identity.ts";
import { HpoError } from "../../errors/errors.ts";
import { prunerOf } from "../../pruners/index.ts";
import { strategyOf } from "../strategy-registry.ts";
import { prunerGiven, strategyGiven, type GivenPart } from "./own-part.ts";

// A user would miss: their own strategy as they wrote it, and what is wrong with it in words.

function folderOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "hpo-own-"));
  writeFileSync(join(folder, "mine.ts"), text);
  return folder;
}
const body = "init: () => 0, observe: (n) => n, suggest: () => ({ kind: 'params', params: {} })";
const STRATEGIES = folderOf(`
  export const one = { name: "one", revision: 2, changes: ["more"], ${body} };
  export const make = (options) => ({ name: "made", ${body} });
  export const random = () => ({ name: "random", ${body} });
  export class Counting { name = "counting"; #seen = 3; init() { return this.#seen; }
    observe(n) { return n + this.#seen; } suggest() { return { kind: "params", params: {} }; } }
  export const counting = new Counting();
  export const nameless = { ${body} };
  export const number = 3;
  export const wrong = () => "tpe";`);
const identity = async (given: GivenPart) => identityOf(await strategyGiven(given, STRATEGIES));
const file = (name: string): string => `${join(STRATEGIES, "mine.ts")}#${name}`;

test("an object or a function of options is a strategy, and is kept with its file", async (t) => {
  t.deepEqual(await identity("./mine.ts#one"), { name: "one", revision: 2, file: file("one") });
  const made = { name: "made", options: { at: 3 }, file: file("make") };
  t.deepEqual(await identity({ file: "mine.ts", export: "make", at: 3 }), made);
  t.is(strategyOf(made), undefined, "it is not to be had by its name");

  const counting = await strategyGiven({ file: "mine.ts", export: "counting" }, STRATEGIES);
  t.is(counting.observe(counting.init({} as never), {} as never), 6, "its methods are its own");
});

test("one that has a name of hpo's is still one's own", async (t) => {
  const kept = await identity({ file: "./mine.ts", export: "random" });
  t.is(kept.name, "random");
  t.is(strategyOf(kept), undefined);
});

test("hpo's own stand on one, and are no more to be had by name", async (t) => {
  const inner = { file: "./mine.ts", export: "one" };
  const asha = await identity({ name: "asha", strategy: inner, eta: 4 });
  t.like(asha, { name: "asha", options: { eta: 4, strategy: { name: "one", file: file("one") } } });
  t.is(strategyOf(asha), undefined);
  const given = { name: "asha", strategy: { name: "tpe" } };
  t.truthy(strategyOf(await identity(given)));

  const pruners = folderOf(
    "export default { name: 'never', init() {}, observe() {}, shouldPrune: () => false };",
  );
  const patient = { name: "patient", patience: 2, pruner: { file: "mine.ts" } };
  const pruner = identityOf(await prunerGiven(patient, pruners));
  t.like(pruner.options, { pruner: { name: "never", file: join(pruners, "mine.ts#default") } });
  t.is(prunerOf(pruner), undefined);
});

test("what is wrong is named, with what would do", async (t) => {
  const cases: [given: GivenPart, message: RegExp][] = [
    ["./gone.ts", /There is no file .*gone\.ts with a strategy/],
    [
      "mine.ts",
      /mine\.ts exports Counting, counting, make, .*Say which is the strategy: .*mine\.ts#/,
    ],
    ["mine.ts#mkae", /mine\.ts exports no "mkae"\. Did you mean "make"\?/],
    ["mine.ts#number", /mine\.ts#number=3 must be a strategy, \{ name, init, observe, suggest \}/],
    ["mine.ts#nameless", /mine\.ts#nameless=.* must be a strategy, \{ name,/],
    ["mine.ts#wrong", /mine\.ts#wrong="tpe" must be a strategy/],
    [{ file: "mine.ts", export: "one", at: 3 }, /#one is a strategy, .*given at\. Export a func/],
    [
      { name: "tpe", file: "mine.ts" },
      /Give the strategy as a name of hpo's.*or as a file of your own/,
    ],
    [{ name: "asha", strategy: "tpee" }, /There is no strategy "tpee"\. Did you mean "tpe"/],
  ];
  for (const [given, message] of cases) {
    await t.throwsAsync(strategyGiven(given, STRATEGIES), { instanceOf: HpoError, message });
  }
});
