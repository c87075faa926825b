import { createRng } from "../../numerics/rng.ts";
import type { Rng } from "../../numerics/rng.ts";
import type { Dataset, SplitDataset } from "./dataset.ts";

export interface TextOptions {
  /** Characters that a model sees at once. Default 32. */
  readonly length?: number;
  /** Training windows. Default 4000. */
  readonly train?: number;
  /** Validation windows, of other sentences. Default 500. */
  readonly validation?: number;
  readonly seed?: number;
}

/** A character-level set: inputs int32 [length], targets int32 [length], the characters that follow. */
export interface TextDataset extends SplitDataset {
  /** The character of each token. */
  readonly alphabet: string;
}

const words = {
  the: ["the", "a", "one", "every", "no"],
  adjective: ["old", "small", "quick", "green", "quiet", "broken", "heavy", "strange"],
  noun: ["fox", "river", "engine", "letter", "garden", "stone", "clock", "boat", "lamp", "road"],
  verb: ["follows", "hides", "carries", "breaks", "finds", "leaves", "opens", "keeps"],
  where: ["at night", "by the sea", "in spring", "for a while", "without a sound"],
  and: ["and", "but", "while", "until", "because"],
} as const;

const pick = (rng: Rng, from: readonly string[]): string => from[rng.integer(0, from.length - 1)];

function nounPhrase(rng: Rng): string {
  const adjective = rng.uniform() < 0.4 ? `${pick(rng, words.adjective)} ` : "";
  return `${pick(rng, words.the)} ${adjective}${pick(rng, words.noun)}`;
}

function clause(rng: Rng): string {
  const core = `${nounPhrase(rng)} ${pick(rng, words.verb)} ${nounPhrase(rng)}`;
  return rng.uniform() < 0.3 ? `${core} ${pick(rng, words.where)}` : core;
}

/** A sentence of the grammar: clauses joined until a coin says stop. */
function sentence(rng: Rng): string {
  let text = clause(rng);
  while (rng.uniform() < 0.3) text += ` ${pick(rng, words.and)} ${clause(rng)}`;
  return `${text}. `;
}

/** Space and full stop first, then the letters that the grammar uses. */
const alphabet = ` .${[
  ...new Set(
    Object.values(words)
      .flat()
      .join("")
      .replace(/[^a-z]/g, ""),
  ),
]
  .sort()
  .join("")}`;

function windows(count: number, length: number, rng: Rng): Dataset {
  let text = "";
  while (text.length < count * length + 1) text += sentence(rng);
  const tokens = Int32Array.from(text, (character) => alphabet.indexOf(character));
  return {
    name: "text",
    count,
    inputShape: [length],
    inputs: tokens.slice(0, count * length),
    targetShape: [length],
    targets: tokens.slice(1, count * length + 1),
    classes: alphabet.length,
  };
}

/**
 * English-like sentences of a small random grammar, to predict character by character. It is made,
 * not loaded, so a language model can be trained with nothing installed. Its entropy is far below
 * the alphabet's: spelling and grammar can be learned, the choice of words cannot.
 */
export function grammarText(options: TextOptions = {}): TextDataset {
  const { length = 32, train = 4000, validation = 500, seed = 0 } = options;
  const rng = createRng(seed, "grammar text");
  return {
    train: windows(train, length, rng.fork("train")),
    validation: windows(validation, length, rng.fork("validation")),
    alphabet,
  };
}
