import { textTable as columns } from "./table.ts";
import { visible, visibleJson } from "./visible.ts";

/** Prints a line, or several; what a terminal would obey in it is shown instead. */
export const print = (text: string): void => printStyled(visible(text));

/** Prints data for a file or another program, as they are; to a terminal as `print` does. */
export const printData = (text: string): void =>
  process.stdout.isTTY ? print(text.replace(/\r$/gm, "")) : printStyled(text);

/** Prints text of which everything that others wrote was made visible before. */
export const printStyled = (text: string): void => void process.stdout.write(`${text}\n`);

export const printJson = (value: unknown): void => printStyled(visibleJson(value, 2));

/** Says something on stderr, beside a command's result. */
export const warn = (message: string): void =>
  void process.stderr.write(`hpo: ${visible(message)}\n`);

/** Columns of text; at a terminal the last one is broken to fit. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  columns(head, rows, process.stdout.isTTY ? process.stdout.columns : undefined);
