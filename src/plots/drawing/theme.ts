import type { Colour } from "../chart/chart.ts";

/** Okabe and Ito's colours are told apart by colour-blind eyes, viridis and cividis are even to them. */
export interface Theme {
  readonly page: string;
  readonly text: string;
  readonly soft: string;
  readonly grid: string;
  readonly faint: string;
  readonly accent: string;
  readonly best: string;
  readonly bad: string;
  /** By number, then again from the first. */
  readonly series: readonly string[];
  /** From the worst to the best, which stands out of the page most. */
  readonly ramp: readonly string[];
}

/** Cut where viridis comes too near to the page. */
const light: Theme = {
  page: "#ffffff",
  text: "#1f2430",
  soft: "#5b6472",
  grid: "#e6e8ec",
  faint: "#c7ccd4",
  accent: "#0072b2",
  best: "#d55e00",
  bad: "#b5478a",
  series: ["#0072b2", "#d55e00", "#009e73", "#b5478a", "#c28a00", "#2b9fdc", "#6b4fbb", "#5b6472"],
  ramp: ["#b8de29", "#74d055", "#3dbc74", "#20a386", "#238a8d", "#2d708e", "#39568c", "#453781", "#440154"], // prettier-ignore
};

const dark: Theme = {
  page: "#14171c",
  text: "#e8eaee",
  soft: "#a3abb8",
  grid: "#2a2f38",
  faint: "#4a515d",
  accent: "#56b4e9",
  best: "#ff9d4d",
  bad: "#e58fc0",
  series: ["#56b4e9", "#ff9d4d", "#2fc79a", "#e58fc0", "#f0c33c", "#9db8ff", "#b9a0f0", "#a3abb8"],
  ramp: ["#31446b", "#45557b", "#5a667f", "#6c7280", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"], // prettier-ignore
};

export const THEMES = { light, dark } as const;
export type ThemeName = keyof typeof THEMES;

export function colourOf(theme: Theme, colour: Colour): string {
  const series = /^series(\d+)$/.exec(colour);
  if (series) return theme.series[Number(series[1]) % theme.series.length];
  return theme[colour as Exclude<Colour, `series${number}`>];
}

/** Shades that graded marks are drawn in: a path for each. */
export const SHADES = 16;

/** The shade of a grade in [0, 1]. */
export const shadeOf = (grade: number): number =>
  Math.min(SHADES - 1, Math.max(0, Math.floor(grade * SHADES)));

/** The ramp's colour at a grade in [0, 1]. */
export function rampColour({ ramp }: Theme, grade: number): string {
  const at = Math.min(1, Math.max(0, grade)) * (ramp.length - 1);
  const index = Math.min(ramp.length - 2, Math.floor(at));
  const share = at - index;
  const mixed = [1, 3, 5].map((from) => {
    const channel = (hex: string): number => parseInt(hex.slice(from, from + 2), 16);
    const value = channel(ramp[index]) * (1 - share) + channel(ramp[index + 1]) * share;
    return Math.round(value).toString(16).padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}

export const shadeColour = (theme: Theme, shade: number): string =>
  rampColour(theme, shade / (SHADES - 1));

/** DejaVu first: what texts are measured by, and what the reference pictures are drawn in. */
export const FONT = "DejaVu Sans, Verdana, Inter, system-ui, sans-serif";
