import { isScalar, visit, type Node } from "yaml";
import { StudyFileError, type SourceFile } from "./study-file-errors.ts";

/**
 * What a study file holds, as plain values.
 * @throws StudyFileError on what would be lost or become something else: an alias of nothing, a tag
 * that is not known, a key that is no text, a number that begins with 0
 */
export function plainContent({ path, document, lines }: SourceFile): unknown {
  const wrong = (message: string, offset = 0): StudyFileError => {
    if (path === undefined) return new StudyFileError(message);
    const { line, col } = lines.linePos(offset);
    return new StudyFileError(`${path}:${line}:${col}: ${message}`);
  };
  const [warning] = document.warnings;
  if (warning) throw wrong(`${warning.message}. Remove the tag.`, warning.pos[0]);
  visit(document, {
    Scalar: (_, { type, value, source = "", range }) => {
      // Octal to YAML 1.1, decimal to 1.2; an id or a date to who wrote it.
      if (type !== "PLAIN" || typeof value !== "number" || !/^[-+]?0\d/.test(source)) return;
      const [, sign, digits] = /^([-+]?)0+(?=\d)(.*)$/.exec(source)!;
      throw wrong(
        `${source} is read as different numbers by different readers of YAML. ` +
          `Write ${sign}${digits}, or "${source}" for the text.`,
        range?.[0],
      );
    },
    Pair: (_, { key }) => {
      const at = (key as Node | null)?.range?.[0];
      if (key !== null && !isScalar(key)) throw wrong("a key must be a text.", at);
      if (isScalar(key) && key.value === "__proto__") {
        throw wrong("nothing can be called __proto__ in a study file. Give it another name.", at);
      }
    },
  });
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // An alias of nothing or of too much; what is merged and is no map.
    throw wrong(`${error.message}. Write the value itself in its place.`);
  }
  if (hasCircle(content)) {
    throw wrong("an alias stands within what it stands for. Write the value itself in its place.");
  }
  return content;
}

function hasCircle(content: unknown): boolean {
  try {
    JSON.stringify(content);
    return false;
  } catch {
    return true;
  }
}
