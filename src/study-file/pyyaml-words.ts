import { isPair, isScalar, visit, type Document, type Scalar } from "yaml";

/*
 * What YAML 1.1, and so PyYAML, reads as true, false or a number, and YAML 1.2 as a text. PyYAML leaves y and n
 * to be texts: https://github.com/yaml/pyyaml/blob/6.0.2/lib/yaml/resolver.py#L170
 */
const TRUE = ["yes", "Yes", "YES", "on", "On", "ON"];
const FALSE = ["no", "No", "NO", "off", "Off", "OFF"];
/** `1_000` and `1_000.5`; `1:30`, which counts by 60; `0b11`. */
const GROUPED = /^[-+]?(?:0|[1-9][\d_]*|\d[\d_]*\.[\d_]*(?:e[-+]\d+)?)$/i;
const SEXAGESIMAL = /^([-+]?)([1-9][\d_]*(?::[0-5]?\d)+)$/;
const BINARY = /^([-+]?)0b([01_]+)$/;

const plain = (digits: string): string => digits.replaceAll("_", "");

function valueIn11(word: string): boolean | number | undefined {
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  if (GROUPED.test(word)) return Number(plain(word));
  const [, sign, digits] = SEXAGESIMAL.exec(word) ?? [];
  if (digits !== undefined) {
    const size = digits.split(":").reduce((sum, part) => 60 * sum + Number(plain(part)), 0);
    return sign === "-" ? -size : size;
  }
  const [, binarySign, bits] = BINARY.exec(word) ?? [];
  if (bits === undefined || plain(bits) === "") return undefined;
  return (binarySign === "-" ? -1 : 1) * parseInt(plain(bits), 2);
}

/** A text without quotes that stands as a value, and that PyYAML reads as something else. */
export interface PyYamlWord {
  readonly node: Scalar;
  /** Where in the file it begins. */
  readonly offset: number;
  readonly word: string;
  readonly value: boolean | number;
  /** The keys of the maps that it stands in. */
  readonly keys: readonly string[];
}

export function pyYamlWords(document: Document): readonly PyYamlWord[] {
  const found: PyYamlWord[] = [];
  visit(document, {
    Scalar: (key, node, path) => {
      if (key === "key" || node.type !== "PLAIN" || typeof node.value !== "string") return;
      const word = node.value;
      const value = valueIn11(word);
      if (value === undefined) return;
      const pairs = path.filter(isPair);
      const keys = pairs.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ""));
      found.push({ node, offset: node.range?.[0] ?? 0, word, value, keys });
    },
  });
  return found;
}
