import { HpoError } from "../../errors/errors.ts";

export interface PngOptions {
  /** Pixels of the picture per pixel of the chart; 1.5 by default. */
  readonly zoom?: number;
  /** Font files to draw with; by default the system's fonts. */
  readonly fontFiles?: readonly string[];
}

/**
 * An SVG as a PNG, by @resvg/resvg-js, which is installed on demand.
 * @throws HpoError if it is not installed
 */
export async function pngOf(
  svg: string,
  { zoom = 1.5, fontFiles }: PngOptions = {},
): Promise<Uint8Array> {
  const { Resvg } = await loadResvg();
  const font = fontFiles
    ? { loadSystemFonts: false, fontFiles: [...fontFiles] }
    : { loadSystemFonts: true };
  const options = {
    fitTo: { mode: "zoom", value: zoom } as const,
    font: { ...font, defaultFontFamily: "DejaVu Sans" },
  };
  return new Resvg(svg, options).render().asPng();
}

async function loadResvg(): Promise<typeof import("@resvg/resvg-js")> {
  try {
    return await import("@resvg/resvg-js");
  } catch (error) {
    throw new HpoError(
      `A PNG needs the package @resvg/resvg-js, which can't be loaded: ${(error as Error).message.split("\n", 1)[0]} ` +
        "Install it (npm install @resvg/resvg-js), or write an .svg or .html instead.",
    );
  }
}
