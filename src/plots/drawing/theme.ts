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
  /** The colour of a grade in [0, 1], from the worst to the best, which stands out of the page most. */
  readonly ramp: (grade: number) => string;
}

/** Between neighbours of a list of colours, each #rrggbb. */
const between =
  (colours: readonly string[]): Theme["ramp"] =>
  (grade) => {
    const at = Math.min(1, Math.max(0, grade)) * (colours.length - 1);
    const index = Math.min(colours.length - 2, Math.floor(at));
    const share = at - index;
    const mixed = [1, 3, 5].map((from) => {
      const channel = (hex: string): number => parseInt(hex.slice(from, from + 2), 16);
      const value = channel(colours[index]) * (1 - share) + channel(colours[index + 1]) * share;
      return Math.round(value).toString(16).padStart(2, "0");
    });
    return `#${mixed.join("")}`;
  };

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
  ramp: between(["#b8de29", "#74d055", "#3dbc74", "#20a386", "#238a8d", "#2d708e", "#39568c", "#453781", "#440154"]), // prettier-ignore
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
  ramp: between(["#3f5a8f", "#4d5f86", "#5d6880", "#6c7280", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"]), // prettier-ignore
};

export const THEMES = { light, dark } as const;
export type ThemeName = keyof typeof THEMES;

const PLAIN = ["page", "text", "soft", "grid", "faint", "accent", "best", "bad"] as const;
/** So finely a page's ramp is told apart. */
const RAMP_STEPS = 60;

const variable = (name: string | number): string => `var(--plot-${name})`;

/** Colours by variables of the page that a picture stands in: one picture for both of its themes. */
export const pageTheme: Theme = {
  ...(Object.fromEntries(PLAIN.map((name) => [name, variable(name)])) as Record<
    (typeof PLAIN)[number],
    string
  >),
  series: light.series.map((_, i) => variable(`series${i}`)),
  ramp: (grade) => variable(Math.round(RAMP_STEPS * Math.min(1, Math.max(0, grade)))),
};

/** The variables of `pageTheme` in a theme's colours, as CSS. */
function themeVariables(name: ThemeName): string {
  const theme = THEMES[name];
  const values = [
    ...PLAIN.map((key) => [key, theme[key]]),
    ...theme.series.map((colour, i) => [`series${i}`, colour]),
    ...Array.from({ length: RAMP_STEPS + 1 }, (_, i) => [i, theme.ramp(i / RAMP_STEPS)]),
  ];
  return values.map(([key, colour]) => `--plot-${key}:${colour}`).join(";");
}

/** As CSS, the colours of a page in one theme, or in that of the reader's system. */
export const rootStyle = (theme?: ThemeName): string =>
  theme
    ? `:root{color-scheme:${theme};${themeVariables(theme)}}`
    : `:root{color-scheme:light dark;${themeVariables("light")}}@media(prefers-color-scheme:dark){:root{${themeVariables("dark")}}}`;

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

export const shadeColour = (theme: Theme, shade: number): string =>
  theme.ramp(shade / (SHADES - 1));

/** DejaVu first: what texts are measured by, and what the reference pictures are drawn in. */
export const FONT = "DejaVu Sans, Verdana, Inter, system-ui, sans-serif";
