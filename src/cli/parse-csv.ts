import { HpoError } from "../errors/errors.ts";

export interface CsvRecord {
  /** Where the record begins, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The records of a CSV text (RFC 4180: commas, double quotes, LF or CRLF), header included. A byte
 * order mark and empty lines are skipped; blanks around a field do not count.
 * @param name the file's, for errors
 * @throws HpoError on a stray quote, or a record of another length than the header
 */
export function parseCsv(text: string, name: string): CsvRecord[] {
  const field = /[ \t]*(?:"([^"]*(?:""[^"]*)*)"[ \t]*|([^",\r\n]*))(,|\r?\n|$)/y;
  const records: CsvRecord[] = [];
  let line = 1;
  field.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  while (field.lastIndex < text.length) {
    const first = line;
    const fields: string[] = [];
    for (let end = ","; end === ",";) {
      const match = field.exec(text);
      if (!match) {
        throw new HpoError(
          `${name}:${line}: the quotes of field ${fields.length + 1} do not match. ` +
            `Write a field with quotes in it as "say ""so""".`,
        );
      }
      fields.push(match[1]?.replaceAll('""', '"') ?? match[2].trim());
      line += match[0].split("\n").length - 1;
      end = match[3];
    }
    if (fields.length > 1 || fields[0] !== "") records.push({ line: first, fields });
  }
  checkLengths(records, name);
  return records;
}

function checkLengths(records: readonly CsvRecord[], name: string): void {
  const wrong = records.find(({ fields }) => fields.length !== records[0].fields.length);
  if (!wrong) return;
  throw new HpoError(
    `${name}:${wrong.line} has ${wrong.fields.length} fields, the header ` +
      `${records[0].fields.length}. Give every line as many, empty where there is nothing.`,
  );
}
