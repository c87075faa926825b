/** What a shape of zrender is drawn on: a canvas, or what writes an SVG path. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  closePath(): void;
}

interface Polylines {
  /** Each x, y, x, y, … in pixels. */
  readonly lines: readonly (readonly number[])[];
  readonly closed: boolean;
}

/** Many lines, or rings of areas with holes, as one path. */
export const polylineShape = {
  type: "hpo:polylines",
  shape: { lines: [], closed: false } as Polylines,
  buildPath(pen: Pen, { lines, closed }: Polylines): void {
    for (const line of lines) {
      for (let i = 0; i < line.length; i += 2) {
        if (i === 0) pen.moveTo(line[0], line[1]);
        else pen.lineTo(line[i], line[i + 1]);
      }
      if (closed) pen.closePath();
    }
  },
};
