import ts from "typescript";
import { exportsOf, isValue, programOf, tagsOf, wordsOf } from "./program.js";

const ENTRIES = ["src/index.ts", "strategies/index.ts", "src/pruners/index.ts"];
/** ≥ 1; in (0, 1); between 1.1 and 9; an integer; as the metric itself. */
const RANGE =
  /[≥≤<>]|[[(][^\s,]+, [^\s,]+[\])]|\bbetween\b|\bintegers?\b|\bfinite\b|\bany number\b|metric's own|parameter's own/i;
/** What the end of a name says of the number, and the word that its text must have for it. */
const UNITS = { Ms: /millisecond/, Seconds: /second/, MiB: /MiB/ };

/** Numeric options whose text tells no range, or not the unit; and parameters of functions. */
export function faultsOfUnits() {
  const sources = programOf(ENTRIES);
  const { checker } = sources;
  const faults = ENTRIES.flatMap((entry) =>
    exportsOf(sources, entry).flatMap((symbol) =>
      [...optionsOf(symbol, checker), ...parametersOf(symbol, checker)]
        .filter(({ property }) => isNumeric(checker.getTypeOfSymbol(property)))
        .flatMap(({ property: { name }, text }) =>
          lacksOf(name, text).map((what) => `${entry}: ${symbol.name}: ${name} lacks ${what}`),
        ),
    ),
  );
  return [...new Set(faults)];
}

function lacksOf(name, text) {
  const unit = Object.entries(UNITS).find(([end]) => name.endsWith(end));
  return [
    ...(RANGE.test(text) ? [] : ["its range, as ≥ 1"]),
    ...(unit && !unit[1].test(text) ? [`its unit: ${unit[1].source}`] : []),
  ];
}

/** What a study file has, too, is left to its schema, which holds the range. */
function optionsOf(symbol, checker) {
  if (!/Options$|^StudyDefinition$/.test(symbol.name)) return [];
  return checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
    .filter(({ declarations = [] }) => declarations.some(isOurs) && !declarations.some(isInSchema))
    .map((property) => ({ property, text: wordsOf(property, checker) }));
}

const isOurs = (declaration) => !/node_modules/.test(declaration.getSourceFile().fileName);
const isInSchema = (declaration) => /^\w+: z\b/.test(declaration.getText());

/** Of a parameter the text of its function counts, with its errors. */
function parametersOf(symbol, checker) {
  if (!isValue(symbol)) return [];
  const throws = tagsOf(symbol, checker).filter(({ name }) => name === "throws");
  const text = [wordsOf(symbol, checker), ...throws.map((tag) => tag.text)].join(" ");
  return checker
    .getTypeOfSymbol(symbol)
    .getCallSignatures()
    .flatMap((signature) => signature.getParameters())
    .map((property) => ({ property, text: `${text} ${wordsOf(property, checker)}` }));
}

function isNumeric(type) {
  const members = type.isUnion() ? type.types : [type];
  return members.some(({ flags }) => (flags & ts.TypeFlags.NumberLike) !== 0);
}
