import ts from "typescript";
import { exportsOf, isValue, optionPropertiesOf, programOf, wordsOf } from "../docs/program.js";
import { code, list, prose } from "./markdown.js";

/** A section for each strategy or pruner that a list registers: what it is, and its options. */
export function partsOf(list) {
  const { program, checker } = programOf([list]);
  return exportsOf({ program, checker }, list)
    .filter(isValue)
    .map((symbol) => sectionOf(symbol, checker))
    .join("\n\n");
}

function sectionOf(symbol, checker) {
  const name = symbol.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const options = optionsOf(symbol, checker);
  return [
    `## ${name}`,
    firstParagraph(wordsOf(symbol, checker)),
    options.length > 0 ? list(options) : "It takes no options.",
  ].join("\n\n");
}

function optionsOf(symbol, checker) {
  return optionPropertiesOf(symbol, checker).map((property) => {
    const must = property.flags & ts.SymbolFlags.Optional ? "" : ", must be given";
    return {
      name: property.name,
      is: code(typeOf(property)) + must,
      says: prose(wordsOf(property, checker).replace(/\s+/g, " ")),
    };
  });
}

/** As its author wrote it. */
const typeOf = ({ declarations: [{ type }] }) => type.getText().replace(/\s+/g, " ");

/** Up to the first end of a paragraph that ends a sentence. */
function firstParagraph(words) {
  const [first] = /^[^]*?[.)](?=\n\n|\n-|$)/.exec(words) ?? [words];
  return prose(first.replace(/\s+/g, " "));
}
