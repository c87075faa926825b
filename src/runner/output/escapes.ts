/**
 * The escape sequences of terminals: CSI (colours, cursor), OSC (titles, links), other strings, and
 * the short ones; ECMA-48, sections 5 and 8.3. One that a text breaks off is left as it is.
 */
const SEQUENCES =
  // eslint-disable-next-line no-control-regex
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-Z\\^-~]/g;

/** Not within text: NUL, the bell and the backspaces with which old progress bars are redrawn. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** What a line of output says, without what it does to a terminal. */
export function withoutEscapes(line: string): string {
  // Most lines have none, and long ones are searched faster than replaced.
  // eslint-disable-next-line no-control-regex
  if (!/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(line)) return line;
  return line.replace(SEQUENCES, "").replace(CONTROLS, "");
}
