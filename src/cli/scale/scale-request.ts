import { soundsOpposite } from "../check/better-names.ts";
import { UsageError } from "../usage-error.ts";
import { SIZES } from "../../theory/rate-laws/size.ts";
import type { Parametrization, SizeName, SizeOptions } from "../../theory/rate-laws/size.ts";
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
  readonly widthParam?: string;
  readonly depthParam?: string;
  readonly samplesParam?: string;
  readonly toWidth?: number;
  readonly toDepth?: number;
  readonly toSamples?: number;
  readonly fromWidth?: number;
  readonly fromDepth?: number;
  readonly fromSamples?: number;
  readonly parametrization?: Parametrization;
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
  /** Sizes that a learning rate is wanted for: read of each trial, where it has them. */
  readonly sizes?: readonly SizeName[];
  readonly sizeParams?: Readonly<Partial<Record<SizeName, string>>>;
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

export interface ScaleRequest extends SizeOptions {
  /** Left out: the best trial's. */
  readonly toBatch?: number;
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
  widthParam: "--width-param",
  depthParam: "--depth-param",
  samplesParam: "--samples-param",
  metric: "--metric",
  direction: "--direction",
} as const;
type Key = keyof typeof FLAGS;

const PARAMETERS = ["lrParam", "batchParam", "widthParam", "depthParam", "samplesParam"] as const;

/** What each source takes besides itself. */
const TAKES: Readonly<Record<"fromStudy" | "fromCsv" | "lr", readonly Key[]>> = {
  fromStudy: [...PARAMETERS, "metric"],
  fromCsv: [...PARAMETERS, "metric", "direction"],
  lr: ["fromBatch", "noiseScale"],
};

/** @throws UsageError naming the option that is missing or too many */
export function scaleRequest(options: ScaleCommandOptions): ScaleRequest {
  const { lrParam, batchParam, metric, parametrization } = options;
  const to = sizeOf(options.toWidth, options.toDepth, options.toSamples);
  const sizes = SIZES.filter((name) => to[name] !== undefined);
  if (options.batch === undefined && sizes.length === 0) {
    throw new UsageError(
      "--batch is missing. Give the batch size that a learning rate is wanted for: --batch 2048; " +
        "or another size: --to-width, --to-depth, --to-samples.",
    );
  }
  if (options.budget === "steps" && to.samples !== undefined) {
    throw new UsageError(
      `--budget steps contradicts --to-samples ${to.samples}, which says what runs share. Leave one out.`,
    );
  }
  const from = sizeOf(options.fromWidth, options.fromDepth, options.fromSamples);
  refuseIdle(options, sizes);
  return {
    toBatch: options.batch,
    family: options.optimizer,
    budget: options.budget && (options.budget === "steps" ? "fixedSteps" : "fixedSamples"),
    ...(sizes.length > 0 && { to, from, parametrization }),
    naming: {
      lrParam,
      batchParam,
      metric,
      sizes,
      sizeParams: sizeOf(options.widthParam, options.depthParam, options.samplesParam),
    },
    source: sourceOf(options),
  };
}

const sizeOf = <T>(width?: T, depth?: T, samples?: T): Partial<Record<SizeName, T>> => ({
  ...(width !== undefined && { width }),
  ...(depth !== undefined && { depth }),
  ...(samples !== undefined && { samples }),
});

/** What tells of a size that no answer is wanted for. */
function refuseIdle(options: ScaleCommandOptions, sizes: readonly SizeName[]): void {
  const told = [
    ["width", "--from-width", options.fromWidth],
    ["width", "--width-param", options.widthParam],
    ["width", "--parametrization", options.parametrization],
    ["depth", "--from-depth", options.fromDepth],
    ["depth", "--depth-param", options.depthParam],
    ["samples", "--from-samples", options.fromSamples],
    ["samples", "--samples-param", options.samplesParam],
  ] as const;
  for (const [name, flag, value] of told) {
    if (value === undefined || sizes.includes(name)) continue;
    throw new UsageError(
      `${flag} ${value} says nothing without --to-${name}. Add it, or leave it out.`,
    );
  }
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
    const { direction, metric = "" } = options;
    if (direction === undefined && soundsOpposite(metric, "minimize")) {
      throw new UsageError(
        `--metric ${metric} sounds as if more were better. Say --direction maximize, or minimize if it is not.`,
      );
    }
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
