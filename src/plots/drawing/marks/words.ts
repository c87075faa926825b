import type { RuleMark, Texts } from "../../chart/chart.ts";
import { shorten } from "../../chart/text.ts";
import { FONT_SIZE, type Frame } from "../layout.ts";
import { colourOf, FONT, type Theme } from "../theme.ts";
import type { Ground } from "./pixels.ts";

/** The most pixels that words beside a point take. */
const MOST_WIDTH = 260;

interface TextPosition {
  readonly x: number;
  readonly y: number;
  readonly align: "left" | "right" | "center";
  readonly verticalAlign: "top" | "middle" | "bottom";
}

/** With a rim in the page's colour, to be read on any ground. */
const textElement = (text: string, position: TextPosition, fill: string, theme: Theme): object => ({
  type: "text",
  style: {
    text,
    ...position,
    fill,
    fontSize: FONT_SIZE.tick,
    fontFamily: FONT,
    stroke: theme.page,
    lineWidth: 3,
  },
});

export function textElements(mark: Texts, { theme, toPixels }: Ground): object[] {
  const fill = colourOf(theme, mark.colour);
  return mark.texts.flatMap((words, i) => {
    const at = toPixels(mark.x[i], mark.y[i]);
    if (!at) return [];
    const position = besidePoint(at, mark.side ?? "right");
    return [textElement(shorten(words, MOST_WIDTH, FONT_SIZE.tick), position, fill, theme)];
  });
}

function besidePoint(
  [x, y]: readonly [number, number],
  side: "right" | "left" | "above",
): TextPosition {
  // prettier-ignore
  switch (side) {
    case "right":
      return { x: x + 7, y, align: "left", verticalAlign: "middle" };
    case "left":
      return { x: x - 7, y, align: "right", verticalAlign: "middle" };
    case "above":
      return { x, y: y - 7, align: "center", verticalAlign: "bottom" };
  }
}

/** Within every axis: of a rule only the other coordinate counts. */
const ANYWHERE = 1;

export function ruleElements(mark: RuleMark, { theme, frame, toPixels }: Ground): object[] {
  const isUpright = mark.axis === "x";
  const point = isUpright ? toPixels(mark.at, ANYWHERE) : toPixels(ANYWHERE, mark.at);
  if (!point) return [];
  const at = point[isUpright ? 0 : 1];
  const { left, top, width, height } = frame;
  const [from, length] = isUpright ? [left, width] : [top, height];
  if (at < from - 1 || at > from + length + 1) return [];
  const stroke = colourOf(theme, mark.colour);
  const line = {
    type: "line",
    shape: isUpright
      ? { x1: at, x2: at, y1: top, y2: top + height }
      : { x1: left, x2: left + width, y1: at, y2: at },
    style: {
      stroke,
      lineWidth: 1.5,
      opacity: mark.opacity ?? 1,
      ...(mark.dashed && { lineDash: [5, 4] }),
    },
  };
  if (mark.label === undefined) return [line];
  const words = shorten(mark.label, width / 2, FONT_SIZE.tick);
  const position = isUpright ? besideUpright(at, frame) : aboveLevel(at, frame);
  return [line, textElement(words, position, stroke, theme)];
}

/** On the side with more room. */
function besideUpright(at: number, { left, top, width }: Frame): TextPosition {
  const isRight = at > left + width / 2;
  const y = top + 3;
  return isRight
    ? { x: at - 5, y, align: "right", verticalAlign: "top" }
    : { x: at + 5, y, align: "left", verticalAlign: "top" };
}

const aboveLevel = (at: number, { left, width }: Frame): TextPosition => ({
  x: left + width - 3,
  y: at - 3,
  align: "right",
  verticalAlign: "bottom",
});

export function titleElement(title: string, { left, top, width }: Frame, theme: Theme): object {
  const position = { x: left, y: top - 8, align: "left", verticalAlign: "bottom" } as const;
  return textElement(shorten(title, width, FONT_SIZE.name), position, theme.text, theme);
}
