import type { Mark, Panel } from "../../chart/chart.ts";
import { assertNever } from "../../../errors/errors.ts";
import { hitSeries } from "../tooltip.ts";
import { colourOf, type Theme } from "../theme.ts";
import type { Frame } from "../layout.ts";
import { areaElements, bandElements, boxElements } from "./areas.ts";
import { dotElements } from "./dots.ts";
import { lineElements } from "./lines.ts";
import { pixelsOf, type Ground, type RenderApi } from "./pixels.ts";
import { ruleElements, textElements, titleElement } from "./words.ts";

export interface PanelContext {
  /** Of the panel, and of its axes. */
  readonly index: number;
  readonly frame: Frame;
  readonly theme: Theme;
  /** The legend's number of each name. */
  readonly ids: ReadonlyMap<string, string>;
  readonly live: boolean;
}

/** A series of ECharts for each mark of a panel, from back to front. */
export function markSeries(panel: Panel, context: PanelContext): object[] {
  const { frame, theme, index, live } = context;
  const series = panel.marks.flatMap((mark, z) => {
    const drawn = oneSeries(panel, mark, context, z);
    const hit = live ? hitSeries(panel, mark, { index, theme, z }) : undefined;
    return hit ? [drawn, hit] : [drawn];
  });
  if (panel.title === undefined) return series;
  const title = titleElement(panel.title, frame, theme);
  return [{ ...base(index), clip: false, renderItem: () => title }, ...series];
}

const base = (index: number): object => ({
  type: "custom",
  xAxisIndex: index,
  yAxisIndex: index,
  silent: true,
  data: [[0, 0]],
});

function oneSeries(panel: Panel, mark: Mark, context: PanelContext, z: number): object {
  const { index, frame, ids, theme } = context;
  return {
    ...base(index),
    z: 2 + z,
    // Symbols at an end of an axis stand half outside of the panel, and words may.
    clip: mark.mark !== "dots" && mark.mark !== "texts" && mark.mark !== "rule",
    ...(mark.name !== undefined && { name: ids.get(mark.name) }),
    itemStyle: { color: colourOf(theme, mark.colour) },
    renderItem: (_params: unknown, api: RenderApi) => ({
      type: "group",
      silent: true,
      children: elementsOf(mark, { frame, theme, toPixels: pixelsOf(panel, api) }),
    }),
  };
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
