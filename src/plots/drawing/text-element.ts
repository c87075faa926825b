import { FONT } from "./theme.ts";

export interface TextStyle {
  readonly text: string;
  /** In pixels. */
  readonly x: number;
  readonly y: number;
  readonly align?: "left" | "right" | "center";
  /** "middle" by default. */
  readonly verticalAlign?: "top" | "middle" | "bottom";
  readonly fill: string;
  readonly size: number;
  readonly bold?: boolean;
  /** A rim of this colour, to be read on any ground. */
  readonly rim?: string;
  /** Turned by a quarter, read from below. */
  readonly upright?: boolean;
}

export function textElement(style: TextStyle): object {
  const { x, y, align = "left", verticalAlign = "middle", upright = false } = style;
  const { text, fill, size: fontSize, bold, rim } = style;
  const weight = bold === true && { fontWeight: 600 };
  const stroke = rim !== undefined && { stroke: rim, lineWidth: 3 };
  return {
    type: "text",
    x,
    y,
    ...(upright && { rotation: Math.PI / 2 }),
    style: { text, fill, fontSize, fontFamily: FONT, align, verticalAlign, ...weight, ...stroke },
  };
}
