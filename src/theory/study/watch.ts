import { spacePrior, type Prior, type Scalar, type SearchSpace } from "../../space/index.ts";
import type { Observation } from "../../contracts/strategy.ts";
import type { PriorWatch, WatchedPrior } from "../../contracts/watched-prior.ts";
import type { RateTrial } from "../rate-laws/best-rates.ts";
import { checkPriorAgainst, type PriorTest, type PriorVerdict } from "../prior/prior-check.ts";
import { ratePrior } from "../prior/rate-prior.ts";
import type { SettingBelief } from "../prior/setting-belief.ts";
import { watchSettings, type SettingWatch } from "./setting-watch.ts";
import type { ProposedArm, TheoryProposal } from "./proposal.ts";

export type PriorState = "kept" | "weakened" | "dropped";

/** What became of one learning rate's prior. */
export interface ArmVerdict {
  readonly optimizer?: Scalar;
  readonly state: PriorState;
  /** The number of the trial after which it came to this. */
  readonly since?: number;
  /** Why, in words. */
  readonly reasons: readonly string[];
  /** Trials that told something of its learning rate. */
  readonly trials: number;
  /** The tests as they stood at the last check. */
  readonly tests: readonly PriorTest[];
}

export interface TheoryWatch extends PriorWatch {
  readonly verdicts: readonly ArmVerdict[];
  /** What is still believed of other parameters. */
  readonly beside: readonly SettingBelief[];
}

export interface WatchedTheory extends WatchedPrior {
  begin(): TheoryWatch;
}

/** Trials of an arm after which its prior is checked: the first, then each a fifth later. */
const FIRST_CHECK = 6;
const nextCheck = (count: number): number => Math.floor((count * 6) / 5);

/**
 * The prior of a proposal, judged by the trials: each learning rate's belief is tested against the
 * trials of its own optimizer, at 6, 7, 8, 9, 10, 12, … of them (prior-check.ts). One test failed weakens
 * it; two, or one again at a later check, drop it: then that learning rate is uniform. It never becomes
 * stronger again. The strength
 * is a power of the density, so that every strategy feels it alike: π^(β0/4n) = (π^¼)^(β0/n).
 */
export const watchTheory = (space: SearchSpace, proposal: TheoryProposal): WatchedTheory => ({
  begin: () => new Watch(space, proposal),
});

const USUAL_WIDTH = 0.5;

interface ArmState {
  readonly arm: ProposedArm;
  readonly trials: RateTrial[];
  checkAt: number;
  verdict: Omit<ArmVerdict, "trials">;
  /** What is left of a weakened prior: a share of its strength, and a factor of its width. */
  left?: { readonly strength: number; readonly widen: number };
}

class Watch implements TheoryWatch {
  readonly #space: SearchSpace;
  readonly #proposal: TheoryProposal;
  readonly #arms: readonly ArmState[];
  /** Of the search, as a factor of the belief's. */
  readonly #width: number;
  readonly #beside: SettingWatch;
  prior: Prior | undefined;

  constructor(space: SearchSpace, proposal: TheoryProposal) {
    this.#space = space;
    this.#proposal = proposal;
    this.#width = proposal.declared.options.width ?? USUAL_WIDTH;
    this.#arms = proposal.arms.map((arm) => ({
      arm,
      trials: [],
      checkAt: FIRST_CHECK,
      verdict: { optimizer: arm.optimizer, state: "kept", reasons: [], tests: [] },
    }));
    this.#beside = watchSettings(space, proposal.beside ?? [], proposal.metric);
    this.prior = this.#priorNow();
  }

  get isWatched(): boolean {
    return this.beside.length > 0 || this.#arms.some(({ verdict }) => verdict.state !== "dropped");
  }

  get beside(): readonly SettingBelief[] {
    return this.#beside.beliefs;
  }

  get verdicts(): readonly ArmVerdict[] {
    return this.#arms.map(({ verdict, trials }) => ({ ...verdict, trials: trials.length }));
  }

  get state(): string {
    const [first] = this.#arms;
    if (this.#arms.every(({ verdict }) => verdict.state === first.verdict.state)) {
      return first.verdict.state;
    }
    return this.#arms
      .filter(({ verdict }) => verdict.state !== "kept")
      .map(({ arm, verdict }) => `${verdict.state} for ${String(arm.optimizer)}`)
      .join(", ");
  }

  observe(trial: Observation): string | undefined {
    const said = [this.#observeRate(trial), this.#beside.observe(trial)].filter(
      (text) => text !== undefined,
    );
    if (said.length === 0) return undefined;
    this.prior = this.#priorNow();
    return said.join(" ");
  }

  #observeRate(trial: Observation): string | undefined {
    const state = this.#armOf(trial);
    const rateTrial = state && rateTrialOf(trial, state.arm, this.#proposal);
    if (!rateTrial) return undefined;
    state.trials.push(rateTrial);
    if (state.trials.length < state.checkAt || state.verdict.state === "dropped") return undefined;
    state.checkAt = nextCheck(state.checkAt);
    return this.#check(state, trial.number);
  }

  #armOf({ params }: Observation): ArmState | undefined {
    const { optimizer } = this.#proposal;
    return this.#arms.find(
      ({ arm }) => optimizer === undefined || params[optimizer] === arm.optimizer,
    );
  }

  #check(state: ArmState, number: number): string | undefined {
    const { belief: whole, range, stabilityEdge, optimizer } = state.arm;
    const belief = { ...whole, sd: whole.sd * this.#width };
    const check = { belief, range, stabilityEdge, strength: 1 };
    const { verdict, tests } = checkPriorAgainst(state.trials, check);
    const now = nextState(state.verdict.state, verdict.kind);
    if (now === state.verdict.state) {
      state.verdict = { ...state.verdict, tests };
      return undefined;
    }
    if (verdict.kind === "weaken") {
      state.left = { strength: verdict.strength, widen: verdict.widen };
    }
    const reasons = tests.filter(({ failed }) => failed).map(({ text }) => text);
    state.verdict = { optimizer, state: now, since: number, reasons, tests };
    const whose = optimizer === undefined ? "" : ` for ${String(optimizer)}`;
    return `Theory's prior${whose} was ${now} after trial ${number}: ${reasons.join("; ")}.`;
  }

  #priorNow(): Prior | undefined {
    const { optimizer, batchSize, fixedBatch } = this.#proposal;
    const arms = this.#arms
      .filter(({ verdict }) => verdict.state !== "dropped")
      .map(({ arm: { learningRate, optimizer: choice, belief }, left }) => ({
        learningRate,
        ...(choice !== undefined && { optimizer: choice }),
        belief,
        strength: left?.strength,
        widen: (left?.widen ?? 1) * this.#width,
      }));
    if (arms.length === 0 && this.beside.length === 0) return spacePrior(this.#space);
    return ratePrior(this.#space, { optimizer, batchSize }, arms, fixedBatch, this.beside);
  }
}

function nextState(before: PriorState, verdict: PriorVerdict["kind"]): PriorState {
  if (verdict === "drop") return "dropped";
  if (verdict !== "weaken") return before;
  return before === "kept" ? "weakened" : "dropped";
}

/** What a trial tells of its learning rate; undefined where it tells nothing. */
function rateTrialOf(
  { params, outcome, values, failure }: Observation,
  { learningRate: name }: ProposedArm,
  { batchSize, fixedBatch, metric }: TheoryProposal,
): RateTrial | undefined {
  const learningRate = params[name];
  const size = batchSize === undefined ? fixedBatch : (params[batchSize] ?? fixedBatch);
  if (!isPositive(learningRate) || !isPositive(size)) return undefined;
  if (outcome === "failed" && failure?.reason === "diverged") {
    return { learningRate, batchSize: size, value: NaN };
  }
  // A pruned trial's value is not one at the end.
  if (outcome !== "complete" || !Number.isFinite(values[metric])) return undefined;
  return { learningRate, batchSize: size, value: values[metric] };
}

const isPositive = (value: Scalar | undefined): value is number =>
  typeof value === "number" && value > 0;
