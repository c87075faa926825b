import { basename } from "node:path";
import ts from "typescript";
import { exportsOf, isValue, optionPropertiesOf, programOf, tagsOf, wordsOf } from "./program.js";

/** Entry points of which every value has an example, and every type says what it is. */
const WHOLE = [
  "src/index.ts",
  "strategies/index.ts",
  "src/pruners/index.ts",
  "src/testing/index.ts",
];
/** Those of which the factories have one: what a file is named after, as adamw of adamw.ts. */
const FACTORIES = ["src/plots/index.ts", "src/tfjs/index.ts", "src/theory/index.ts"];
/** Each of which is an algorithm, and says where that comes from. */
const ALGORITHMS = ["strategies/all.ts", "src/pruners/all.ts"];
/** A year of publication, Optuna's class, or what the bench measured. */
const SOURCE = /\b(19|20)\d\d\b|Optuna's\s+\w+(Pruner|Sampler)|RESULTS\.md/;

/** What the docstrings of exports lack: a sentence, an example, errors, a source, an option's meaning. */
export function faultsOfExports() {
  const sources = programOf([...WHOLE, ...FACTORIES, ...ALGORITHMS]);
  const { checker } = sources;
  const lacking = (entry, lacksOf) => (symbol) =>
    lacksOf(symbol, checker).map((what) => `${entry}: ${symbol.name} lacks ${what}`);
  const values = (entry) => exportsOf(sources, entry).filter(isValue);
  return [
    ...WHOLE.flatMap((entry) => exportsOf(sources, entry).flatMap(lacking(entry, lacksOf))),
    ...FACTORIES.flatMap((entry) =>
      values(entry).filter(isFactory).flatMap(lacking(entry, lacksOf)),
    ),
    ...ALGORITHMS.flatMap((list) => values(list).flatMap(lacking(list, lacksOfAlgorithm))),
  ];
}

function isFactory(symbol) {
  const kebab = symbol.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const [{ fileName }] = symbol.declarations.map((one) => one.getSourceFile());
  return basename(fileName, ".ts") === kebab;
}

function lacksOf(symbol, checker) {
  const tags = tagsOf(symbol, checker).map(({ name }) => name);
  return [
    ...(wordsOf(symbol, checker) === "" ? ["a sentence that says what it is"] : []),
    ...(isValue(symbol) && !tags.includes("example") ? ["an @example"] : []),
    ...(throws(symbol) && !tags.includes("throws") ? ["a @throws"] : []),
    ...(symbol.name.endsWith("Options") ? lacksOfOptions(symbol, checker) : []),
  ];
}

function lacksOfOptions(symbol, checker) {
  const properties = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  return properties
    .filter((one) => wordsOf(one, checker) === "" && !isDescribed(one))
    .map(({ name }) => `a sentence about ${name}`);
}

/** What a study file holds, too, is described in its schema. */
const isDescribed = ({ declarations }) =>
  declarations.some((one) => one.getText().includes(".describe("));

function lacksOfAlgorithm(symbol, checker) {
  return [
    ...(SOURCE.test(wordsOf(symbol, checker))
      ? []
      : ["a source: a paper with its year, Optuna's NAMEPruner or NAMESampler, or RESULTS.md"]),
    ...optionPropertiesOf(symbol, checker)
      .filter((one) => wordsOf(one, checker) === "")
      .map(({ name }) => `a sentence about ${name}`),
  ];
}

/** Whether the function itself throws, or checks what it is given by one of errors/checks.ts. */
function throws(symbol) {
  const bodies = symbol.declarations.flatMap(
    ({ body, initializer }) => body ?? initializer?.body ?? [],
  );
  const isThrowing = (node) =>
    ts.isThrowStatement(node) ||
    (ts.isCallExpression(node) &&
      /^(require[A-Z]|givenOptions$)/.test(node.expression.getText())) ||
    (!ts.isFunctionLike(node) && ts.forEachChild(node, isThrowing)) ||
    false;
  return bodies.some((body) => ts.forEachChild(body, isThrowing) ?? false);
}
