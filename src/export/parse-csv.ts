import { HpoError } from "../errors/errors.ts";
import { counted } from "../errors/counted.ts";

export interface CsvRecord {
  /** Where the record begins, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

export interface CsvText {
  /** Header included. */
  readonly records: readonly CsvRecord[];
  /** Where quotes do not match: nothing from there on can be told apart. Counted from 1. */
  readonly broken?: { readonly line: number; readonly field: number };
}

export type CsvSeparator = "," | ";" | "\t";

/**
 * The records of a CSV text (RFC 4180: a separator, double quotes, LF or CRLF). A byte order mark
 * and empty lines are skipped; blanks around a field do not count.
 */
export function csvRecords(text: string, separator: CsvSeparator = ","): CsvText {
  const blank = separator === "\t" ? " " : "[ \\t]";
  const quoted = `"([^"]*(?:""[^"]*)*)"${blank}*`;
  const plain = `([^"${separator}\\r\\n]*)`;
  const field = new RegExp(`${blank}*(?:${quoted}|${plain})(${separator}|\\r?\\n|$)`, "y");
  const records: CsvRecord[] = [];
  let line = 1;
  field.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  while (field.lastIndex < text.length) {
    const first = line;
    const fields: string[] = [];
    for (let end: string = separator; end === separator;) {
      const match = field.exec(text);
      if (!match) return { records, broken: { line, field: fields.length + 1 } };
      fields.push(match[1]?.replaceAll('""', '"') ?? match[2].trim());
      line += match[0].split("\n").length - 1;
      end = match[3];
    }
    if (fields.length > 1 || fields[0] !== "") records.push({ line: first, fields });
  }
  return { records };
}

/**
 * The records of a whole file, each as long as its header.
 * @param name the file's, for errors
 * @throws HpoError on a stray quote, or a record of another length than the header
 */
export function parseCsv(text: string, name: string): readonly CsvRecord[] {
  const { records, broken } = csvRecords(text);
  if (broken) {
    throw new HpoError(
      `${name}:${broken.line}: the quotes of field ${broken.field} do not match. ` +
        `Write a field with quotes in it as "say ""so""".`,
    );
  }
  const wrong = records.find(({ fields }) => fields.length !== records[0].fields.length);
  if (!wrong) return records;
  throw new HpoError(
    `${name}:${wrong.line} has ${counted(wrong.fields.length, "field")}, the header ` +
      `${records[0].fields.length}. Give every line as many, empty where there is nothing.`,
  );
}
