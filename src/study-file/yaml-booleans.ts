import { isPair, isScalar, visit, type Document, type Scalar } from "yaml";

/**
 * What YAML 1.1, and so PyYAML, reads as true and false, and YAML 1.2 as texts. PyYAML leaves y and n to be texts:
 * https://github.com/yaml/pyyaml/blob/6.0.2/lib/yaml/resolver.py#L170
 */
const TRUE = ["yes", "Yes", "YES", "on", "On", "ON"];
const FALSE = ["no", "No", "NO", "off", "Off", "OFF"];
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...TRUE.map((word) => [word, true] as const),
  ...FALSE.map((word) => [word, false] as const),
]);

/** A word without quotes that stands as a value, and that PyYAML reads as true or false. */
export interface BooleanWord {
  readonly node: Scalar;
  /** Where in the file it begins. */
  readonly offset: number;
  readonly word: string;
  readonly value: boolean;
  /** The keys of the maps that it stands in. */
  readonly keys: readonly string[];
}

export function booleanWords(document: Document): readonly BooleanWord[] {
  const found: BooleanWord[] = [];
  visit(document, {
    Scalar: (key, node, path) => {
      const value = node.type === "PLAIN" ? BOOLEANS.get(String(node.value)) : undefined;
      if (value === undefined || key === "key") return;
      const pairs = path.filter(isPair);
      const keys = pairs.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ""));
      found.push({ node, offset: node.range?.[0] ?? 0, word: String(node.value), value, keys });
    },
  });
  return found;
}
