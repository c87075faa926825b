import type { PlotChart } from "../plots/chart/chart.ts";

/** A part of the report: sentences first, pictures beside them. */
export interface ReportSection {
  readonly title: string;
  /** Plain text, a paragraph each. */
  readonly said: readonly string[];
  /** Below what is said, a point each. */
  readonly points?: readonly string[];
  readonly table?: SectionTable;
  readonly pictures?: readonly ReportPicture[];
}

export interface SectionTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ReportPicture {
  readonly chart: PlotChart;
  /** Whether it needs the whole width of the page. */
  readonly isWide?: boolean;
  /** In pixels; of a half as wide as the page, or of all of it, by default. */
  readonly height?: number;
}
