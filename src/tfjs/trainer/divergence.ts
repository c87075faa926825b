import type { Divergence } from "../../errors/errors.ts";

/** What the monitor sees of one step, before the update. */
export interface StepObservation {
  readonly step: number;
  /** The training loss of the step's batch. */
  readonly loss: number;
  /** ‖g‖ over all variables, before clipping; left out where the optimizer alone sees it. */
  readonly gradientNorm?: number;
  /** ‖g‖ over the variables of rank ≥ 2: the layers' kernels, without biases. */
  readonly kernelGradientNorm?: number;
  readonly learningRate: number;
}

/** The monitor's memory as plain data, for checkpoints. */
export interface MonitorState {
  readonly losses: readonly number[];
  readonly largestKernelNorm: number;
  readonly stillSteps: number;
}

export interface DivergenceMonitor {
  /** The verdict after one more step; undefined while the run may go on. */
  observe(observation: StepObservation): Divergence | undefined;
  save(): MonitorState;
}

// A run at the edge of stability (Cohen et al. 2021) spikes, recovers and falls in the long run. So
// nothing short of overflow is judged on one step, and only a loss that stays worse than not
// having trained at all counts.
const overflowFactor = 1e6;
const explosionFactor = 20;
const explosionWindow = 50;
const oscillationFactor = 1.5;
const oscillationSpread = 0.5;
const oscillationWindow = 200;
const stillFactor = 1e-8;
const stillWindow = 20;
const untrainedShare = 0.9;

/** The value at a share of the sorted ones, the nearest: half of an even number takes the upper. */
function nearestRank(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}

const median = (values: readonly number[]): number => nearestRank(values, 0.5);

/** The later half is no lower than the earlier one. */
function isNotFalling(losses: readonly number[]): boolean {
  const half = losses.length >> 1;
  return median(losses.slice(half)) >= median(losses.slice(0, half));
}

/** Spares healthy runs the sorting; a lost run is worse than untrained at some later step. */
const isBetterThanUntrained = (losses: readonly number[], reference: number): boolean =>
  losses[losses.length - 1] <= reference;

function isExploding(losses: readonly number[], reference: number): boolean {
  if (losses[losses.length - 1] > overflowFactor * reference) return true;
  if (losses.length < explosionWindow || isBetterThanUntrained(losses, reference)) return false;
  const recent = losses.slice(-explosionWindow);
  return median(recent) > explosionFactor * reference && isNotFalling(recent);
}

function isOscillating(losses: readonly number[], reference: number): boolean {
  if (losses.length < oscillationWindow || isBetterThanUntrained(losses, reference)) return false;
  const middle = median(losses);
  if (middle <= oscillationFactor * reference || !isNotFalling(losses)) return false;
  return nearestRank(losses, 0.9) - nearestRank(losses, 0.1) > oscillationSpread * middle;
}

const round = (value: number): string => Number(value.toPrecision(3)).toString();

function advise(cause: Divergence["cause"], learningRate: number): string {
  if (cause === "vanishingGradient") {
    return (
      "The kernels get no gradient: units are dead or saturated. " +
      "Lower the learning rate, warm it up, or use another initializer or activation."
    );
  }
  const lower = `Try a learning rate below ${round(learningRate / 3)}`;
  return `${lower}, warm it up over the first steps, or clip the gradients' norm (clipNorm: 1).`;
}

/**
 * Watches a training run for its end without hope.
 *
 * @param reference the loss of a model that has learned nothing (the larger of the loss at the
 *   start and the loss of predicting zero); > 0
 */
export function divergenceMonitor(reference: number, saved?: MonitorState): DivergenceMonitor {
  const losses: number[] = [...(saved?.losses ?? [])];
  let largestKernelNorm = saved?.largestKernelNorm ?? 0;
  let stillSteps = saved?.stillSteps ?? 0;

  function causeOf({ loss, gradientNorm = 0, kernelGradientNorm = Infinity }: StepObservation) {
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) return "nonFinite";
    losses.push(loss);
    if (losses.length > oscillationWindow) losses.shift();
    const still = kernelGradientNorm <= stillFactor * largestKernelNorm;
    if (kernelGradientNorm < Infinity) {
      largestKernelNorm = Math.max(largestKernelNorm, kernelGradientNorm);
    }
    stillSteps = still && loss >= untrainedShare * reference ? stillSteps + 1 : 0;
    if (isExploding(losses, reference)) return "explosion";
    if (stillSteps >= stillWindow) return "vanishingGradient";
    return isOscillating(losses, reference) ? "oscillation" : undefined;
  }

  return {
    observe(observation) {
      const cause = causeOf(observation);
      if (cause === undefined) return undefined;
      const { step, learningRate, gradientNorm } = observation;
      return { cause, step, learningRate, gradientNorm, advice: advise(cause, learningRate) };
    },
    save: () => ({ losses: [...losses], largestKernelNorm, stillSteps }),
  };
}
