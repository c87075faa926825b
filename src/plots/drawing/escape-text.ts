import { printable } from "../chart/text.ts";

/** Text as HTML shows it, in an attribute's quotes too. */
export const escapeText = (text: string): string =>
  printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
