import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { keepFitsBy, type Fit, type FitTask } from "../../surrogate/fit.ts";
import { callCompiler } from "../../system/short-process.ts";
import { keptFile, readKept, writeKept, type KeptFile } from "./kept-file.ts";

/** A study of 1,000 trials needs some hundred at a time. */
const MOST_FITS = 1000;

/**
 * Keeps the fits of models for the process that asks next: in a study of 1,000 trials they take four
 * fifths of an ask by `bayesian`. A fit is found by all that it depends on, so that a suggestion is the
 * same with kept fits and without.
 * @param code the file whose functions fit: of another one nothing is taken
 */
export function keepFits(code: string): void {
  const file = keptFile(code, "fits");
  if (!file) return;
  let kept: Map<string, Fit> | undefined;
  let added = false;
  keepFitsBy((task, compute) => {
    if (!kept) callCompiler();
    kept ??= read(file);
    const key = keyOf(task);
    const known = kept.get(key);
    const fit = known ?? compute();
    added ||= !known;
    // Re-inserted at the end: the entries used longest ago are dropped first.
    kept.delete(key);
    kept.set(key, fit);
    return fit;
  });
  process.once("exit", () => {
    if (added) writeKept(file, serialize(new Map([...kept!].slice(-MOST_FITS))));
  });
}

function read(file: KeptFile): Map<string, Fit> {
  const content = readKept(file);
  return content ? (deserialize(content) as Map<string, Fit>) : new Map<string, Fit>();
}

function keyOf({ kernel, prior, mean, X, y, extraNoise, starts, maxIterations }: FitTask): string {
  const { kinds, smoothness, additive } = kernel;
  const numbers = [X, y, extraNoise, prior.mean, prior.sd, prior.lower, prior.upper, ...starts];
  const lengths = numbers.map((list) => list?.length);
  const rest = [[...kinds], smoothness, additive, mean, maxIterations, lengths];
  const hash = createHash("sha256").update(JSON.stringify(rest));
  for (const list of numbers) if (list) hash.update(list);
  return hash.digest("base64");
}
