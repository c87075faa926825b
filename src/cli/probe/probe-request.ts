/** The options of `hpo probe` as the command line gives them. */
export interface ProbeFlags {
  readonly params?: readonly string[];
  readonly optimizer?: string;
  readonly batch?: readonly number[];
  readonly along?: number;
  readonly budget: "steps" | "samples";
  readonly plot?: string;
  readonly seed?: number;
  readonly json?: boolean;
}
