import type { Mark, PlotPanel } from "../chart/chart.ts";
import { durationText, numberText } from "../chart/number-text.ts";
import type { Scale } from "../chart/scale.ts";
import { printable } from "../chart/text.ts";
import type { Frame } from "./layout.ts";
import { pixelsOf } from "./marks/pixels.ts";
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

/** Unseen points above a mark's, which answer to the pointer; `id`: the mark's entry in the legend. */
export function hitSeries(
  panel: PlotPanel,
  mark: Mark,
  frame: Frame,
  theme: Theme,
  id?: string,
): object | undefined {
  const toPixels = pixelsOf(panel, frame);
  const points = hitPoints(panel, mark).flatMap(({ x, y, tip }) => {
    const at = toPixels(x, y);
    return at ? [{ value: [...at], tip }] : [];
  });
  if (points.length === 0) return undefined;
  return {
    type: "custom",
    coordinateSystem: "none",
    ...(id !== undefined && { name: id }),
    z: 50,
    data: points,
    renderItem: ({ dataIndex }: { readonly dataIndex: number }) => {
      const [cx, cy] = points[dataIndex].value;
      return {
        type: "circle",
        shape: { cx, cy, r: 6 },
        style: { fill: theme.text, opacity: 0 },
        emphasis: { style: { opacity: 0.35 } },
      };
    },
  };
}

function hitPoints({ x, y }: PlotPanel, mark: Mark): { x: number; y: number; tip: string }[] {
  if (mark.mark === "boxes" && mark.tips) {
    const { boxes, tips } = mark;
    return boxes.map(([x0, x1, y0, y1], i) => ({
      x: (x0 + x1) / 2,
      y: (y0 + y1) / 2,
      tip: printable(tips[i]),
    }));
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
function positionText(scale: Scale, value: number): string {
  if (scale.kind === "category") return printable(scale.choices[value] ?? "");
  return scale.kind === "time" ? durationText(value) : numberText(value, 4);
}
