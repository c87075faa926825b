import { ends, type Scale } from "../chart/scale.ts";
import { FONT_SIZE, type PlacedAxis } from "./layout.ts";
import type { Theme } from "./theme.ts";

/**
 * A value axis of ECharts in the units of `place`, with our ticks: its own log axes and ticks write
 * 100m for a tenth and 1,024, and round integers.
 */
export function axisBase(scale: Scale, { name, ticks }: PlacedAxis, theme: Theme): object {
  const [min, max] = ends(scale);
  return {
    type: "value",
    min,
    max,
    name,
    nameLocation: "middle",
    nameTextStyle: { color: theme.soft, fontSize: FONT_SIZE.name },
    axisLabel: {
      customValues: ticks.map(({ at }) => at),
      formatter: (value: number) => nearestLabel(ticks, value),
      color: theme.soft,
      fontSize: FONT_SIZE.tick,
      margin: 8,
    },
  };
}

/** ECharts hands back a tick's value as it rounded it. */
export function nearestLabel(ticks: PlacedAxis["ticks"], value: number): string {
  let best = ticks[0];
  for (const tick of ticks) if (Math.abs(tick.at - value) < Math.abs(best.at - value)) best = tick;
  return best?.label ?? "";
}
