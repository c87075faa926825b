/** Every list of hpo's own is shorter; a study of many parameters may have more. */
const MOST_SHOWN = 40;

/** "Did you mean …?" if a name is close to one of the known ones; else what there is. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Did you mean ${JSON.stringify(nearest)}?`;
  if (known.length === 0) return "There are none.";
  const shown = known.slice(0, MOST_SHOWN).map((one) => JSON.stringify(one));
  return `There ${known.length === 1 ? "is" : "are"} ${shown.join(", ")}${known.length > MOST_SHOWN ? ", …" : ""}.`;
}

/** The known name that is close to this one, if one is. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best = known.find((one) => isBeginning(name, one));
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** A name that somebody left off in the middle. */
const isBeginning = (name: string, whole: string): boolean =>
  name.length >= 3 && whole.toLowerCase().startsWith(name.toLowerCase());

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
