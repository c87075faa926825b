/** What goes on with a number behind it: digits, an exponent, a power of ten. */
const GOES_ON =
  /^(?:\.?\d|,\d{3}(?!\d)|[eEdD][-+]?\d|\s*[x\u00d7*\u00b7\u22c5]\s*10(?:\^|\*\*|[\u207a\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079]))\S*/;
/** What belongs to a number before it: digits, a sign, a point. */
const BEGUN = /\S*\d\.?$|(?:(?<=^|[\s:=([,])[-+\u2212]\.?|(?<=^|[\s:=([,])\.)$/;

/**
 * The longer number of which a pattern took a part: `3.1e-05` where it took `3.1`, `0.53` where it took `3`.
 * @param taken where what it took begins in the line and where it ends
 */
export function cutNumber(
  line: string,
  [start, end]: readonly [number, number],
): string | undefined {
  const [before] = BEGUN.exec(line.slice(Math.max(0, start - 40), start)) ?? [];
  const [behind] = GOES_ON.exec(line.slice(end, end + 40)) ?? [];
  if (before === undefined && behind === undefined) return undefined;
  return (before ?? "") + line.slice(start, end) + (behind ?? "");
}
