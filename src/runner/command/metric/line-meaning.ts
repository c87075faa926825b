export type OutputStream = "stdout" | "stderr";

/**
 * What the metric is read from, and from what instead since a better line came; what of it is not read; which
 * number of a line that has several; what is no report for its step; which later lines may be meant, and are not
 * read; that its unit changes.
 */
export type RemarkTopic =
  "found" | "foundInstead" | "overruled" | "ambiguous" | "leftOut" | "unread" | "unit";

/** What a line of a command's stdout says. */
export type LineMeaning =
  | {
      readonly kind: "report";
      readonly step: number;
      readonly value: number;
      /** With a metric found by a pattern, each report is the result so far. */
      readonly isResult: boolean;
    }
  /** The reports so far are dropped: those that follow are from lines that count in place of theirs. */
  | { readonly kind: "startOver" }
  | {
      readonly kind: "log";
      readonly step: number;
      readonly values: Readonly<Record<string, number>>;
    }
  | { readonly kind: "attributes"; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly kind: "versions"; readonly versions: Readonly<Record<string, string>> }
  | { readonly kind: "constraints"; readonly values: readonly number[] }
  | { readonly kind: "result"; readonly result: unknown }
  /** How the metric, which is known by its name alone, is read; told once for each topic. */
  | { readonly kind: "remark"; readonly topic: RemarkTopic; readonly text: string }
  /** Speaks our words, but not so that they can be understood. */
  | { readonly kind: "malformed"; readonly problem: string }
  | { readonly kind: "output" };

/** A line for people alone. */
export const OUTPUT: readonly LineMeaning[] = [{ kind: "output" }];
