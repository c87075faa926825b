import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { keepBy, type KeptWork } from "../../surrogate/kept.ts";
import { callCompiler } from "../../system/short-process.ts";
import { keptFile, readKept, writeKept } from "./kept-file.ts";

/** A study of 1,000 trials needs some hundred fits at a time, and two factors of 90 KB. */
const MOST = { fits: 1000, factors: 4 };

/**
 * Keeps fits and factors of models for the process that asks next: in a study of 1,000 trials fits take
 * four fifths of an ask by `bayesian`. A result is found by all that it depends on, so that a suggestion is
 * the same with kept ones and without.
 * @param code the file whose functions compute: of another one nothing is taken
 */
export function keepModels(code: string): void {
  const stores = { fits: storeOf(code, "fits"), factors: storeOf(code, "factors") };
  let isBegun = false;
  keepBy((work, compute) => {
    if (!isBegun) callCompiler();
    isBegun = true;
    return stores[work.kind]?.(work, compute) ?? compute();
  });
}

type Kind = KeptWork["kind"];

/** What was kept of one kind, with what is computed now; undefined where nothing can be kept. */
function storeOf(code: string, kind: Kind) {
  const file = keptFile(code, kind);
  if (!file) return undefined;
  let results: Map<string, unknown> | undefined;
  let added = false;
  process.once("exit", () => {
    if (added) writeKept(file, serialize(new Map([...results!].slice(-MOST[kind]))));
  });
  return <Result>(work: KeptWork, compute: () => Result): Result => {
    if (!results) {
      const content = readKept(file);
      results = content ? (deserialize(content) as Map<string, unknown>) : new Map();
    }
    const key = keyOf(work);
    const known = results.get(key) as Result | undefined;
    const result = known ?? compute();
    added ||= known === undefined;
    // Re-inserted at the end: the entries used longest ago are dropped first.
    results.delete(key);
    results.set(key, result);
    return result;
  };
}

function keyOf({ numbers, settings }: KeptWork): string {
  const lengths = numbers.map((list) => list?.length);
  const hash = createHash("sha256").update(JSON.stringify([settings, lengths]));
  for (const list of numbers) if (list) hash.update(list);
  return hash.digest("base64");
}
