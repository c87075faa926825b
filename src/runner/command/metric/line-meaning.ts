export type OutputStream = "stdout" | "stderr";

/** What a line of a command's stdout says. */
export type LineMeaning =
  | {
      readonly kind: "report";
      readonly step: number;
      readonly value: number;
      /** With a metric found by a pattern, each report is the result so far. */
      readonly isResult: boolean;
    }
  | {
      readonly kind: "log";
      readonly step: number;
      readonly values: Readonly<Record<string, number>>;
    }
  | { readonly kind: "attributes"; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly kind: "versions"; readonly versions: Readonly<Record<string, string>> }
  | { readonly kind: "constraints"; readonly values: readonly number[] }
  | { readonly kind: "result"; readonly result: unknown }
  /** How the metric, which is known by its name alone, is read from now on. */
  | { readonly kind: "found"; readonly how: string }
  /** Speaks our words, but not so that they can be understood. */
  | { readonly kind: "malformed"; readonly problem: string }
  | { readonly kind: "output" };

/** A line for people alone. */
export const OUTPUT: readonly LineMeaning[] = [{ kind: "output" }];
