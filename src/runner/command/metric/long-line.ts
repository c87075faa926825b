/** Up to so many characters a line is read whole: looking for numbers takes longer than the line is long. */
const WHOLE = 20_000;
/** So much is read of a longer one at its head, where its step may be, and around a name. */
const AROUND = 1000;

/** What is read of a line: of a long one its head, and what stands around the last place of each name. */
export function readPart(line: string, names: readonly string[]): string {
  if (line.length <= WHOLE) return line;
  const places = names.map((name) => line.lastIndexOf(name)).filter((at) => at >= 0);
  let end = AROUND;
  let part = line.slice(0, end);
  for (const at of places.sort((a, b) => a - b)) {
    const start = at - AROUND;
    part += start > end ? ` … ${line.slice(start, at + AROUND)}` : line.slice(end, at + AROUND);
    end = Math.max(end, at + AROUND);
  }
  return part;
}
