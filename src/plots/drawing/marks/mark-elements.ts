import type { Mark, PlotPanel } from "../../chart/chart.ts";
import { assertNever } from "../../../errors/errors.ts";
import type { Frame } from "../layout.ts";
import type { Theme } from "../theme.ts";
import { areaElements, bandElements, boxElements } from "./areas.ts";
import { dotElements } from "./dots.ts";
import { lineElements } from "./lines.ts";
import { pixelsOf, type Ground } from "./pixels.ts";
import { ruleElements, textElements, titleElement } from "./words.ts";

/** What is drawn of a panel, by mark; its title first, where it has one. */
export function panelElements(panel: PlotPanel, frame: Frame, theme: Theme): object[][] {
  const ground = { frame, theme, toPixels: pixelsOf(panel, frame) };
  const title = panel.title === undefined ? [] : [[titleElement(panel.title, frame, theme)]];
  return [...title, ...panel.marks.map((mark) => clipped(mark, elementsOf(mark, ground), frame))];
}

/** Symbols at an end of an axis stand half outside of the panel, and words may; all else is cut. */
function clipped(mark: Mark, children: object[], frame: Frame): object[] {
  const isFree = mark.mark === "dots" || mark.mark === "texts" || mark.mark === "rule";
  if (isFree || children.length === 0) return children;
  const { left: x, top: y, width, height } = frame;
  return [{ type: "group", children, clipPath: { type: "rect", shape: { x, y, width, height } } }];
}

function elementsOf(mark: Mark, ground: Ground): object[] {
  switch (mark.mark) {
    case "dots":
      return dotElements(mark, ground);
    case "lines":
      return lineElements(mark, ground);
    case "band":
      return bandElements(mark, ground);
    case "boxes":
      return boxElements(mark, ground);
    case "areas":
      return areaElements(mark, ground);
    case "rule":
      return ruleElements(mark, ground);
    case "texts":
      return textElements(mark, ground);
    default:
      return assertNever(mark);
  }
}
