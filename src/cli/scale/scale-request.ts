import { UsageError } from "../usage-error.ts";
import type { BudgetKind, OptimizerFamily } from "../../theory/prior/prior-knowledge.ts";
import type { Direction } from "../../contracts/trial.ts";
import type { CommonOptions } from "../options.ts";

/** The options of `hpo scale` as the command line gives them. */
export interface ScaleCommandOptions extends CommonOptions {
  readonly batch?: number;
  readonly fromStudy?: string;
  readonly fromCsv?: string;
  readonly lr?: number;
  readonly fromBatch?: number;
  readonly noiseScale?: number;
  readonly lrParam?: string;
  readonly batchParam?: string;
  readonly metric?: string;
  readonly direction?: Direction;
  readonly budget?: "steps" | "samples";
  readonly optimizer: OptimizerFamily;
}

/** Which parameters or columns hold what; guessed from common names where left out. */
export interface Naming {
  readonly lrParam?: string;
  readonly batchParam?: string;
  readonly metric?: string;
}

export type ScaleSource =
  | { readonly kind: "study"; readonly name: string; readonly storage: string }
  | { readonly kind: "csv"; readonly file: string; readonly direction: Direction }
  | {
      readonly kind: "known";
      readonly learningRate: number;
      readonly fromBatch: number;
      readonly noiseScale?: number;
    };

export interface ScaleRequest {
  readonly toBatch: number;
  readonly family: OptimizerFamily;
  readonly budget?: BudgetKind;
  readonly naming: Naming;
  readonly source: ScaleSource;
}

/** An option as it is written, by its key. */
const FLAGS = {
  fromStudy: "--from-study",
  fromCsv: "--from-csv",
  lr: "--lr",
  fromBatch: "--from-batch",
  noiseScale: "--noise-scale",
  lrParam: "--lr-param",
  batchParam: "--batch-param",
  metric: "--metric",
  direction: "--direction",
} as const;
type Key = keyof typeof FLAGS;

/** What each source takes besides itself. */
const TAKES: Readonly<Record<"fromStudy" | "fromCsv" | "lr", readonly Key[]>> = {
  fromStudy: ["lrParam", "batchParam", "metric"],
  fromCsv: ["lrParam", "batchParam", "metric", "direction"],
  lr: ["fromBatch", "noiseScale"],
};

/** @throws UsageError naming the option that is missing or too many */
export function scaleRequest(options: ScaleCommandOptions): ScaleRequest {
  if (options.batch === undefined) {
    throw new UsageError(
      "--batch is missing. Give the batch size that a learning rate is wanted for: --batch 2048.",
    );
  }
  return {
    toBatch: options.batch,
    family: options.optimizer,
    budget: options.budget && (options.budget === "steps" ? "fixedSteps" : "fixedSamples"),
    naming: { lrParam: options.lrParam, batchParam: options.batchParam, metric: options.metric },
    source: sourceOf(options),
  };
}

function sourceOf(options: ScaleCommandOptions): ScaleSource {
  const given = (["fromStudy", "fromCsv", "lr"] as const).filter(
    (key) => options[key] !== undefined,
  );
  if (given.length !== 1) {
    const found =
      given.length === 0
        ? `there is none of them`
        : `got ${given.map((key) => FLAGS[key]).join(" and ")}`;
    throw new UsageError(
      `Give one of --from-study NAME, --from-csv FILE, or --lr RATE --from-batch SIZE: ${found}.`,
    );
  }
  const [chosen] = given;
  refuseStrays(options, chosen);
  const { fromStudy, fromCsv, lr, fromBatch, noiseScale } = options;
  if (fromStudy !== undefined) return { kind: "study", name: fromStudy, storage: options.storage };
  if (fromCsv !== undefined) {
    return { kind: "csv", file: fromCsv, direction: options.direction ?? "minimize" };
  }
  if (lr === undefined || fromBatch === undefined) {
    throw new UsageError(`--lr ${lr} needs the batch size it was good at: add --from-batch 256.`);
  }
  return { kind: "known", learningRate: lr, fromBatch, noiseScale };
}

function refuseStrays(options: ScaleCommandOptions, chosen: keyof typeof TAKES): void {
  for (const key of Object.keys(FLAGS) as Key[]) {
    const value = options[key];
    if (value === undefined || key === chosen || TAKES[chosen].includes(key)) continue;
    const takers = (["fromStudy", "fromCsv", "lr"] as const)
      .filter((source) => TAKES[source].includes(key))
      .map((source) => FLAGS[source]);
    const why = key === "direction" && chosen === "fromStudy" ? "the study knows its own; " : "";
    throw new UsageError(
      `${FLAGS[key]} ${value} says nothing with ${FLAGS[chosen]}: ${why}` +
        `leave it out, or use ${takers.join(" or ")}.`,
    );
  }
}
