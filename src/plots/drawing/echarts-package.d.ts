// The part of ECharts that is used. Its own types cost each compilation a second.
declare module "echarts/core" {
  export function use(parts: readonly unknown[]): void;
  export function init(
    element: unknown,
    theme: null,
    options: {
      readonly renderer: "svg" | "canvas";
      readonly ssr?: boolean;
      readonly width?: number;
      readonly height?: number;
    },
  ): {
    setOption(option: object, options?: { readonly notMerge?: boolean }): void;
    renderToSVGString(): string;
    resize(): void;
    on(event: string, listener: (event: never) => void): void;
    dispose(): void;
  };
  export function setPlatformAPI(platform: {
    readonly measureText: (text: string, font?: string) => { readonly width: number };
  }): void;
  export const graphic: {
    extendShape(definition: object): unknown;
    registerShape(name: string, shape: unknown): void;
  };
}
declare module "echarts/charts" {
  export const CustomChart: unknown;
  export const ParallelChart: unknown;
}
declare module "echarts/components" {
  export const AriaComponent: unknown;
  export const LegendPlainComponent: unknown;
  export const ParallelComponent: unknown;
  export const TooltipComponent: unknown;
}
declare module "echarts/renderers" {
  export const CanvasRenderer: unknown;
  export const SVGRenderer: unknown;
}
