import type { RuleMark, TextsMark } from "../../chart/chart.ts";
import { shorten, textWidth } from "../../chart/text.ts";
import { FONT_SIZE, type Frame } from "../layout.ts";
import { colourOf, type Theme } from "../theme.ts";
import { textElement, type TextStyle } from "../text-element.ts";
import type { Ground } from "./pixels.ts";

/** The most pixels that words beside a point take. */
const MOST_WIDTH = 260;

type Position = Pick<TextStyle, "x" | "y" | "align" | "verticalAlign">;

/** With a rim in the page's colour. */
const words = (text: string, position: Position, fill: string, { page }: Theme): object =>
  textElement({ text, ...position, fill, size: FONT_SIZE.tick, rim: page });

export function textElements(mark: TextsMark, { theme, toPixels }: Ground): object[] {
  const fill = colourOf(theme, mark.colour);
  return mark.texts.flatMap((text, i) => {
    const at = toPixels(mark.x[i], mark.y[i]);
    if (!at) return [];
    const position = besidePoint(at, mark.side ?? "right");
    return [words(shorten(text, MOST_WIDTH, FONT_SIZE.tick), position, fill, theme)];
  });
}

function besidePoint(
  [x, y]: readonly [number, number],
  side: "right" | "left" | "above",
): Position {
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
  const label = shorten(mark.label, width / 2, FONT_SIZE.tick);
  const position = isUpright ? overPanel(at, label, frame) : aboveLevel(at, frame);
  return [line, words(label, position, stroke, theme)];
}

/** Over the panel, where no data are; within its width. */
function overPanel(at: number, label: string, { left, top, width }: Frame): Position {
  const half = textWidth(label, FONT_SIZE.tick) / 2;
  const x = Math.max(left + half, Math.min(left + width - half, at));
  return { x, y: top - 3, align: "center", verticalAlign: "bottom" };
}

const aboveLevel = (at: number, { left, width }: Frame): Position => ({
  x: left + width - 3,
  y: at - 3,
  align: "right",
  verticalAlign: "bottom",
});

export function titleElement(title: string, { left, top, width }: Frame, theme: Theme): object {
  const position = { x: left, y: top - 8, align: "left", verticalAlign: "bottom" } as const;
  return words(shorten(title, width, FONT_SIZE.name), position, theme.text, theme);
}
