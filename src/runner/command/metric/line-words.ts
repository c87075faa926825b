/** A line whatever its numbers, and their units, are. */
export const wordsIn = (line: string): string =>
  line.replace(/\d[\d.]*(?:e[-+]?\d+)?\p{L}*|\b(?:nan|inf)\b/giu, "").replace(/\P{L}+/gu, " ");
