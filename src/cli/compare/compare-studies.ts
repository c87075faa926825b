import { requireDirections } from "../../contracts/directions.ts";
import { minimised } from "../../contracts/observation.ts";
import type { CompleteTrial, Direction, FinishedTrial } from "../../contracts/trial.ts";
import { isFeasible } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { mannWhitney, mannWhitneyAsymptotic } from "../../numerics/mann-whitney.ts";
import { quotedName } from "../visible.ts";

/** The part of a study that is compared. */
export interface Compared {
  readonly name: string;
  readonly directions: readonly Direction[];
  /** In the order in which they finished. */
  readonly finished: readonly FinishedTrial[];
  readonly bestTrials: readonly CompleteTrial[];
}

export interface StudyComparison {
  readonly direction: Direction;
  /** The value to which trials are counted. */
  readonly target: number | null;
  readonly studies: readonly ComparedStudy[];
}

export interface ComparedStudy {
  readonly name: string;
  readonly finished: number;
  readonly complete: number;
  readonly best: { readonly trial: number; readonly value: number } | null;
  /** How many trials had finished when one was at least as good as the target; null: none was. */
  readonly trialsToTarget: number | null;
  /** Complete trials against those of the first study; null where one has none. */
  readonly againstFirst: TrialTest | null;
}

export interface TrialTest {
  /** How often a trial is better than one of the first study's, equal ones counting half. */
  readonly better: number;
  /** Two-sided p of the Mann–Whitney test: how likely at least such a difference is by chance. */
  readonly p: number;
}

/** So many pairs are counted exactly; the normal approximation is as good beyond. */
const MOST_EXACT_PAIRS = 10_000;

/**
 * @param target left out: the worst of the studies' best values, which all that have one reach
 * @throws HpoError unless there are two studies at least, with one metric each, in one direction
 */
export function compareStudies(studies: readonly Compared[], target?: number): StudyComparison {
  const direction = commonDirection(studies);
  const sign = (value: number): number => minimised(value, direction);
  const bests = studies.flatMap(({ bestTrials }) => bestTrials.map(({ values }) => values[0]));
  const reached =
    target ?? bests.reduce((worst, v) => (sign(v) > sign(worst) ? v : worst), bests[0]);
  const first = completeValues(studies[0], direction);
  return {
    direction,
    target: reached ?? null,
    studies: studies.map((study, index) => {
      const own = completeValues(study, direction);
      const [best] = study.bestTrials;
      const at = study.finished.findIndex(
        (trial) => isGood(trial) && sign(trial.values[0]) <= sign(reached),
      );
      return {
        name: study.name,
        finished: study.finished.length,
        complete: own.length,
        best: best ? { trial: best.number, value: best.values[0] } : null,
        trialsToTarget: at < 0 ? null : at + 1,
        againstFirst: index === 0 ? null : trialTest(own, first),
      };
    }),
  };
}

const isGood = (trial: FinishedTrial): trial is CompleteTrial =>
  trial.state === "complete" && isFeasible(trial);

const completeValues = ({ finished }: Compared, direction: Direction): number[] =>
  finished.filter(isGood).map(({ values }) => minimised(values[0], direction));

function trialTest(own: readonly number[], first: readonly number[]): TrialTest | null {
  const pairs = own.length * first.length;
  if (pairs === 0) return null;
  const test = pairs > MOST_EXACT_PAIRS ? mannWhitneyAsymptotic : mannWhitney;
  // U counts pairs in which the first sample's value is larger: with values minimised, worse.
  const { u, p } = test(first, own);
  return { better: u / pairs, p };
}

function commonDirection(studies: readonly Compared[]): Direction {
  if (studies.length < 2) throw new HpoError("compare: give two studies or more to compare.");
  for (const study of studies) requireDirections(study);
  const several = studies.find(({ directions }) => directions.length > 1);
  if (several) {
    throw new HpoError(
      `compare: study ${quotedName(several.name)} has ${several.directions.length} metrics. Compare studies ` +
        "with one metric.",
    );
  }
  const [{ name, directions }] = studies;
  const other = studies.find((study) => study.directions[0] !== directions[0]);
  if (!other) return directions[0];
  throw new HpoError(
    `compare: ${quotedName(name)} wants to ${directions[0]} and ${quotedName(other.name)} to ${other.directions[0]}. ` +
      "Compare studies of one direction.",
  );
}
