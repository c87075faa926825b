/**
 * What a client has run by what it sends to a PostgreSQL server: texts of statements, and an empty
 * text for each statement that it prepared before.
 */
export function statementsIn(chunk: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < chunk.length;) {
    // The first message of a connection has no kind: its length begins with 0.
    if (chunk[at] === 0) return found;
    const kind = String.fromCharCode(chunk[at]);
    const next = at + 1 + chunk.readInt32BE(at + 1);
    if (kind === "Q") found.push(chunk.toString("utf8", at + 5, next - 1));
    if (kind === "E") found.push("");
    at = next;
  }
  return found;
}
