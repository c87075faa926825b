import Table from "cli-table3";

/** Prints a line. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** A table: ruled at a terminal, bare columns in a pipe. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isTerminal = process.stdout.isTTY === true;
  const bare = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "" };
  const none = {
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
  };
  const inner = { mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " };
  const result = new Table({
    head: [...head],
    ...(isTerminal
      ? { style: { compact: true } }
      : {
          chars: { ...bare, ...none, ...inner },
          style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
        }),
  });
  result.push(...rows.map((row) => [...row]));
  return isTerminal
    ? result.toString()
    : result
        .toString()
        .split("\n")
        .map((line) => line.trimEnd())
        .join("\n");
}
