import ts from "typescript";

/** Entry points of which every value has an example, and every type says what it is. */
const WHOLE = [
  "src/index.ts",
  "strategies/index.ts",
  "src/pruners/index.ts",
  "src/testing/index.ts",
];

/** The exports without an example, or without a word. */
export function faultsOfExports() {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
  const program = ts.createProgram(WHOLE, options);
  const checker = program.getTypeChecker();
  return WHOLE.flatMap((entry) =>
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))
      .map((symbol) =>
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
      )
      .flatMap((symbol) => faultOf(symbol, checker, entry)),
  );
}

function faultOf(symbol, checker, entry) {
  const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0;
  const tags = symbol.getJsDocTags(checker).map(({ name }) => name);
  const words = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const lacks = [
    ...(words === "" ? ["a sentence that says what it is"] : []),
    ...(isValue && !tags.includes("example") ? ["an @example"] : []),
  ];
  return lacks.map((what) => `${entry}: ${symbol.name} lacks ${what}`);
}
