import { basename } from "node:path";
import ts from "typescript";

/** Entry points of which every value has an example, and every type says what it is. */
const WHOLE = [
  "src/index.ts",
  "strategies/index.ts",
  "src/pruners/index.ts",
  "src/testing/index.ts",
];
/** Those of which the factories have one: what a file is named after, as adamw of adamw.ts. */
const FACTORIES = ["src/plots/index.ts", "src/tfjs/index.ts"];

/** The exports without an example, or without a word. */
export function faultsOfExports() {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
  const program = ts.createProgram([...WHOLE, ...FACTORIES], options);
  const checker = program.getTypeChecker();
  const exportsOf = (entry) =>
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))
      .map((symbol) =>
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
      );
  const faultsOf = (entry, symbols) => symbols.flatMap((one) => faultOf(one, checker, entry));
  return [
    ...WHOLE.flatMap((entry) => faultsOf(entry, exportsOf(entry))),
    ...FACTORIES.flatMap((entry) => faultsOf(entry, exportsOf(entry).filter(isFactory))),
  ];
}

const isValue = ({ flags }) => (flags & ts.SymbolFlags.Value) !== 0;

function isFactory(symbol) {
  const kebab = symbol.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const [{ fileName }] = symbol.declarations.map((one) => one.getSourceFile());
  return isValue(symbol) && basename(fileName, ".ts") === kebab;
}

function faultOf(symbol, checker, entry) {
  const tags = symbol.getJsDocTags(checker).map(({ name }) => name);
  const words = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const lacks = [
    ...(words === "" ? ["a sentence that says what it is"] : []),
    ...(isValue(symbol) && !tags.includes("example") ? ["an @example"] : []),
  ];
  return lacks.map((what) => `${entry}: ${symbol.name} lacks ${what}`);
}
