/* eslint-disable no-control-regex -- characters that a terminal or a page must not get are named here */

/**
 * The escape sequences of terminals: CSI (colours, cursor), OSC (titles, links), other strings, and
 * the short ones; ECMA-48, sections 5 and 8.3. One that a text breaks off is left as it is.
 */
export const ESCAPE_SEQUENCES =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-Z\\^-~]/g;

/** Whether any of them may be there. Most lines have none, and are tested faster than replaced. */
export const ANY_CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

/** Not within text: NUL, the bell and the backspaces with which old progress bars are redrawn. */
export const CONTROLS_IN_LINE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/**
 * Characters that a terminal obeys instead of showing them, and those that turn the direction of
 * the text around them. Line breaks and tabs are left.
 */
export const TERMINAL_CONTROLS =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Control characters, what XML can't hold, and those that turn the direction of what follows. */
export const NOT_DRAWN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
