import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { HpoError } from "../errors/errors.ts";

/**
 * The text of a file that a user gives. @throws HpoError if it is not in UTF-8; Node's error if it can't be read
 */
export const readText = (path: string): string => textOfBytes(readFileSync(path), path);

/**
 * Decodes UTF-8, or UTF-16 where a byte order mark says so, as PowerShell writes it; without the mark.
 * @throws HpoError naming the line that is neither: what it says would be read as something else
 */
export function textOfBytes(bytes: Buffer, path: string): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString("utf16le").slice(1);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (!isUtf8(bytes)) throw notUtf8(bytes, path);
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

function notUtf8(bytes: Buffer, path: string): HpoError {
  let start = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    const wrong = bytes.subarray(start, end < 0 ? undefined : end);
    if (isUtf8(wrong) && end >= 0) {
      start = end + 1;
      continue;
    }
    return new HpoError(
      `${path}:${line}: this line is not in UTF-8 (${JSON.stringify(shortened(wrong))}). Save the file as UTF-8; ` +
        `if it is in Latin-1: iconv -f latin1 -t utf-8 ${path} > NEW.`,
    );
  }
}

const LONGEST = 60;
/** As Latin-1, in which every byte is some character: mostly the one that was meant. */
const shortened = (line: Buffer): string => {
  const text = line.toString("latin1").trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};
