import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Trial } from "../../contracts/trial.ts";

/** `step 3: …`, as the pruner said it of a trial; undefined where it said nothing. */
export function wordsOf(
  { systemAttrs }: Trial,
  attribute: typeof ATTRIBUTE.warning | typeof ATTRIBUTE.whyPruned,
): string | undefined {
  const said = systemAttrs[attribute] as { step: number; text: string } | null | undefined;
  return said ? `step ${said.step}: ${said.text}` : undefined;
}

/** The numbers of the trials that the pruner warned of, and what it said of the last one. */
export function prunerWarnings(trials: readonly Trial[]): {
  readonly numbers: readonly number[];
  readonly last: string | undefined;
} {
  const warned = trials.filter((trial) => wordsOf(trial, ATTRIBUTE.warning) !== undefined);
  const last = warned.at(-1);
  return {
    numbers: warned.map(({ number }) => number),
    last: last && `trial ${last.number}, ${wordsOf(last, ATTRIBUTE.warning)}`,
  };
}
