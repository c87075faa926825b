import type { Mark, Panel } from "../chart/chart.ts";
import { durationText, numberText } from "../chart/number-text.ts";
import { place, type Scale } from "../chart/scale.ts";
import { printable } from "../chart/text.ts";
import { FONT, type Theme } from "./theme.ts";

/** Drawn by ECharts itself, not as HTML: no name can become a tag. */
export const tooltip = (theme: Theme): object => ({
  trigger: "item",
  renderMode: "richText",
  backgroundColor: theme.page,
  borderColor: theme.faint,
  textStyle: { color: theme.text, fontSize: 12, fontFamily: FONT },
  formatter: ({ data }: { readonly data?: { readonly tip?: string } }) => data?.tip ?? "",
});

interface HitContext {
  readonly index: number;
  readonly theme: Theme;
  readonly z: number;
}

/** Unseen points above a mark's, which answer to the pointer. */
export function hitSeries(
  panel: Panel,
  mark: Mark,
  { index, theme, z }: HitContext,
): object | undefined {
  const points = hitPoints(panel, mark);
  if (points.length === 0) return undefined;
  return {
    type: "scatter",
    xAxisIndex: index,
    yAxisIndex: index,
    z: 50 + z,
    symbolSize: 11,
    itemStyle: { opacity: 0 },
    emphasis: { itemStyle: { opacity: 0.35, color: theme.text }, scale: false },
    data: points.map(({ x, y, tip }) => ({
      value: [place(panel.x.scale, x), place(panel.y.scale, y)],
      tip,
    })),
  };
}

function hitPoints({ x, y }: Panel, mark: Mark): { x: number; y: number; tip: string }[] {
  if (mark.mark === "boxes" && mark.tips) {
    const { boxes, tips } = mark;
    return boxes.map(([x0, x1, y0, y1], i) => ({ x: (x0 + x1) / 2, y: (y0 + y1) / 2, tip: printable(tips[i]) })); // prettier-ignore
  }
  if (mark.mark !== "dots" || !mark.trials) return [];
  return mark.trials.map((trial, i) => {
    const at = [
      [x, mark.x[i]],
      [y, mark.y[i]],
    ] as const;
    const lines = at
      .filter(([axis]) => axis.name !== "" && axis.name !== "trial")
      .map(([axis, value]) => `${printable(axis.name)} ${positionText(axis.scale, value)}`);
    return { x: mark.x[i], y: mark.y[i], tip: [`trial ${trial}`, ...lines].join("\n") };
  });
}

/** What stands at a position of an axis, in words. */
export function positionText(scale: Scale, value: number): string {
  if (scale.kind === "category") return printable(scale.choices[value] ?? "");
  return scale.kind === "time" ? durationText(value) : numberText(value, 4);
}
