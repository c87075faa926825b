import type { Scale } from "./scale.ts";

/*
 * What a plot shows, as plain JSON: no colours, no pixels, no functions. `drawing/option.ts` makes an
 * ECharts option of it, in Node and in a browser alike. Positions are in the units of their axes
 * (0.001, not −3; a choice by its index); a point that its axis cannot place is not drawn.
 */

export interface PlotChart {
  /** What is seen, in a few words. */
  readonly title: string;
  /** What to take from it: the best, counts, what was left out. Parts are joined by " · ". */
  readonly facts: readonly string[];
  /** At least one, of equal size; `columns` in a row (default: all). */
  readonly panels: readonly PlotPanel[];
  readonly columns?: number;
  /** Instead of panels: parallel axes with a line per row. */
  readonly parallel?: Parallel;
  /** What the colours of graded marks mean. */
  readonly ramp?: Ramp;
  /** In pixels, where the caller does not say. */
  readonly width: number;
  readonly height: number;
}

export interface PlotAxis {
  /** "" for none. */
  readonly name: string;
  readonly scale: Scale;
  /** Without ticks and labels, as its neighbour has them. */
  readonly bare?: boolean;
}

export interface PlotPanel {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** Above the panel. */
  readonly title?: string;
  /** From back to front. */
  readonly marks: readonly Mark[];
}

/** A colour by what it stands for; each theme has its own. "series0" … are told apart by eye. */
export type Colour =
  "accent" | "best" | "bad" | "soft" | "faint" | "text" | "page" | `series${number}`;

export type MarkSymbol = "disc" | "ring" | "cross" | "down" | "up" | "star";

interface MarkBase {
  readonly colour: Colour;
  /** In the legend; marks of equal names share an entry. */
  readonly name?: string;
  /** In [0, 1]; 1 by default. */
  readonly opacity?: number;
}

/** A symbol per point. */
export interface DotsMark extends MarkBase {
  readonly mark: "dots";
  readonly symbol: MarkSymbol;
  /** Diameter in pixels. */
  readonly size: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** How good each point is, in [0, 1]: coloured by the ramp instead of `colour`. */
  readonly grades?: readonly number[];
  /** The trial behind each point, which a page names under the pointer. */
  readonly trials?: readonly number[];
  /** Outlined in the page's colour, to stand out of a crowd or a coloured ground. */
  readonly outlined?: boolean;
}

/** Lines, drawn alike. */
export interface LinesMark extends MarkBase {
  readonly mark: "lines";
  readonly width: number;
  readonly dashed?: boolean;
  /** Flat up to the next point, then upright. */
  readonly stepped?: boolean;
  readonly lines: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[];
  /** How good each line is, in [0, 1]: coloured by the ramp instead of `colour`. */
  readonly grades?: readonly number[];
}

/** The area between two curves over x. */
export interface BandMark extends MarkBase {
  readonly mark: "band";
  readonly x: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Rectangles [x0, x1] × [y0, y1]; categories are 1 wide around their index. */
export interface BoxesMark extends MarkBase {
  readonly mark: "boxes";
  readonly boxes: readonly (readonly [x0: number, x1: number, y0: number, y1: number])[];
  /** What a page shows of each box under the pointer. */
  readonly tips?: readonly string[];
}

/** Areas of equal height of a surface: polygons with holes, the lowest first. */
export interface AreasMark extends MarkBase {
  readonly mark: "areas";
  /** In [0, 1], by the ramp. */
  readonly grades: readonly number[];
  /** By area: rings of x, y, x, y, …, in shares of the panel, from its lower left corner. */
  readonly rings: readonly (readonly (readonly number[])[])[];
}

/** A straight line across the panel, with a word on it. */
export interface RuleMark extends MarkBase {
  readonly mark: "rule";
  readonly axis: "x" | "y";
  readonly at: number;
  readonly label?: string;
  readonly dashed?: boolean;
}

/** Words at points. */
export interface TextsMark extends MarkBase {
  readonly mark: "texts";
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly texts: readonly string[];
  /** Where the words stand from their points; "right" by default. */
  readonly side?: "right" | "left" | "above";
}

export type Mark = DotsMark | LinesMark | BandMark | BoxesMark | AreasMark | RuleMark | TextsMark;

/** What the ramp's colours mean, from the worst grade (0) to the best (1). */
export interface Ramp {
  readonly name: string;
  /** Whether the best is at the top, as on an axis where larger is better. */
  readonly upward?: boolean;
  /** By ascending grade. */
  readonly ticks: readonly { readonly grade: number; readonly label: string }[];
}

export interface Parallel {
  readonly axes: readonly {
    readonly name: string;
    readonly scale: Scale;
    /** Whether rows may lack it: they pass below the axis, at a tick of their own. */
    readonly optional: boolean;
  }[];
  /** A number per axis; null: does not exist there. From the worst to the best. */
  readonly rows: readonly (readonly (number | null)[])[];
  readonly grades: readonly number[];
  readonly trials: readonly number[];
}
