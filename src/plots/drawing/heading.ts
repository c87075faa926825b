import { FONT_SIZE, type Layout } from "./layout.ts";
import { textElement } from "./text-element.ts";
import type { Theme } from "./theme.ts";

/** Title, and the facts below it. */
export const headingElements = ({ title, facts }: Layout, theme: Theme): object[] => [
  textElement({ text: title, x: 16, y: 22, fill: theme.text, size: FONT_SIZE.title, bold: true }),
  ...facts.map((text, i) =>
    textElement({ text, x: 16, y: 46 + 17 * i, fill: theme.soft, size: FONT_SIZE.facts }),
  ),
];
