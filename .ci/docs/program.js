import ts from "typescript";

/** The sources from these entry points on, with their types. */
export function programOf(entries) {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
  const program = ts.createProgram(entries, options);
  return { program, checker: program.getTypeChecker() };
}

/** What an entry point exports, each as it is declared. */
export function exportsOf({ program, checker }, entry) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  return checker
    .getExportsOfModule(module)
    .map((symbol) =>
      symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    );
}

export const isValue = ({ flags }) => (flags & ts.SymbolFlags.Value) !== 0;

/** What its docstring says, without its tags. */
export const wordsOf = (symbol, checker) =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();

export const tagsOf = (symbol, checker) =>
  symbol.getJsDocTags(checker).map(({ name, text }) => ({
    name,
    text: ts.displayPartsToString(text),
  }));

/** The properties of the options that a factory takes, those of its last overload. */
export function optionPropertiesOf(symbol, checker) {
  const parameter = checker.getTypeOfSymbol(symbol).getCallSignatures().at(-1)?.getParameters()[0];
  if (!parameter) return [];
  const given = checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
  return checker.getPropertiesOfType(given);
}
