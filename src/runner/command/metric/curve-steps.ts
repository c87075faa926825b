import type { OutputStream } from "./line-meaning.ts";
import { wordsIn } from "./line-words.ts";
import { WITHIN_EPOCH, type LineLeftOut, type MetricNumber } from "./remarks.ts";
import { AT_HEAD, type Sighting, type StepSighting } from "./sighting.ts";

/** A line in which a metric was sighted. */
export interface MetricLine {
  readonly line: string;
  readonly stream: OutputStream;
  readonly sighting: Sighting;
  /** The step that a line before told: `Epoch 3/10`. */
  readonly announced: StepSighting | undefined;
}

/** What earlier trials of a run showed of a program's steps. */
export interface KnownSteps {
  /**
   * Whether its lines carry a step, or are counted; `always` where the step that they carry is a
   * fraction, as the epoch of an evaluation within it.
   */
  kind?: "named" | "counted" | "always counted";
  /** Whether a step is told several times, as a bar does it. */
  perStep?: "once" | "often";
  /** How many steps were told once. */
  single?: number;
  /** The lines without a step of their own that stood between two steps, without their numbers. */
  shapes?: Set<string>;
  /** A step that is announced once, before all values, is none. */
  isIdle?: boolean;
}

export interface StepReport {
  readonly told: MetricNumber;
  readonly step: number;
  readonly how: string;
  /** What the step is called, where it is not counted. */
  readonly name?: string;
}

/** Reports in their order, and what became of a line. */
export interface StepsHeard {
  readonly reports: readonly StepReport[];
  readonly leftOut?: LineLeftOut;
}

/** Finds the step of each line of a curve, which has steps of one kind. */
export interface CurveSteps {
  readonly hear: (told: MetricNumber, at: StepSighting | undefined) => StepsHeard;
  /** A line without the metric told a step. */
  readonly announce: (step: StepSighting) => readonly StepReport[];
  readonly end: () => readonly StepReport[];
}

const COUNTED = "counted";
/** So many lines without a step may come before those that have one: a dump of options, a sanity check. */
const MOST_HELD = 2;
/** A bar may tell the first step once, and the next ones with the value before, until it has its own. */
const SINGLE = 2;
/** So many values are kept, to be counted where the step that they have proves to be none. */
const MOST_ALONE = 10_000;
const MOST_SHAPES = 1000;
const shapeOf = ({ line }: MetricNumber): string => wordsIn(line);
/** It may be no step, but a number of the settings: `warm up until step: 500`. */
const mayBeIdle = ({ isOnly, of, value }: StepSighting): boolean =>
  isOnly === true && of === undefined && value > 1;
/** It may be the number of a process. */
const mayBeNone = ({ sighting }: MetricNumber, at: StepSighting): boolean =>
  sighting.step === at ? at.name === AT_HEAD : mayBeIdle(at);
const FROM_LINE_BEFORE = "its step from the line before it";
const FROM_LINE_BEHIND = "its step from the line behind it";

/** The step that a line tells, or that was announced; `Epoch 1/3` comes before the steps within. */
export function stepOfLine({ sighting, announced }: MetricLine): StepSighting | undefined {
  const { step: own, form } = sighting;
  if (own?.isBar && announced) return announced;
  if (own?.name === AT_HEAD && announced && !mayBeIdle(announced)) return announced;
  const isWithin =
    own !== undefined &&
    form === "text" &&
    WITHIN_EPOCH.includes(own.name) &&
    announced?.name === "epoch" &&
    (announced.of ?? 1) > 1;
  return isWithin || (own === undefined && !sighting.isBetweenSteps) ? announced : own;
}

/**
 * The first steps that have a name are the curve's. Lines without one are held until it is clear that none
 * has: then they are counted from 1, else they are no reports. A step that is told several times
 * is reported by its last value, when another step begins. At the end a line without a step of its own belongs
 * to the last step if one like it stood between two steps, else it is the result alone.
 * @param known of the run's earlier trials; grows
 */
export function curveSteps(known: KnownSteps): CurveSteps {
  /** The name of the curve's steps. */
  let kind: string | undefined;
  /** Without a step. */
  let held: MetricNumber[] = [];
  let count = 0;
  /** Told without a step since the last step; its step may stand behind it. */
  let unstepped: MetricNumber | undefined;
  let isStepBehind = false;
  let current:
    | (StepReport & {
        readonly isReported: boolean;
        readonly isToldAgain: boolean;
        /** What is its value if another step follows. */
        readonly next?: MetricNumber;
        /** Of a bar: the first value since it came to this step that is not the one before. */
        readonly fresh?: MetricNumber;
      })
    | undefined;
  /** Whether the curve's steps are those of a bar, and what it told last. */
  let isOfBar = false;
  let drawn: number | undefined;
  /** Of the lines since the step began. */
  let shapes = new Set<string>();
  /** The values of a step that was announced once, while there is no other. */
  let alone: MetricNumber[] = [];

  const counted = (): StepReport[] => {
    const reports = held.map((told) => ({ told, step: ++count, how: "steps are counted" }));
    held = [];
    return reports;
  };
  /** @param next the step that begins now */
  const close = (next?: number): StepReport[] => {
    if (!current) return [];
    if (current.isToldAgain || isOfBar) known.perStep = "often";
    else {
      known.single = (known.single ?? 0) + 1;
      if (known.single >= SINGLE) known.perStep ??= "once";
    }
    known.shapes ??= new Set();
    for (const shape of shapes) if (known.shapes.size < MOST_SHAPES) known.shapes.add(shape);
    [alone, known.isIdle] = [[], false];
    if (current.next) current = { ...current, told: current.next };
    // A bar that leaves out steps stays behind the values that it tells: its first one is this step's.
    else if (isOfBar && next !== current.step + 1) {
      current = { ...current, told: current.fresh ?? current.told };
    }
    return settle();
  };
  /** A line without a step of its own goes on with the step before it. */
  const goOn = (
    told: MetricNumber,
    before: StepReport & { readonly isReported: boolean },
  ): void => {
    const { step, how, name, isReported } = before;
    const shape = shapeOf(told);
    const isLike = !known.shapes || known.shapes.has(shape) || shapes.has(shape);
    shapes.add(shape);
    const value = isLike ? { told } : { told: before.told, next: told };
    current = {
      step,
      how,
      ...(name !== undefined && { name }),
      isReported,
      isToldAgain: true,
      ...value,
    };
  };
  const settle = (): StepReport[] => {
    const report = current;
    current = undefined;
    return report && !report.isReported ? [report] : [];
  };
  const hearUnnamed = (told: MetricNumber): StepsHeard => {
    unstepped = told;
    if (isStepBehind) return { reports: [] };
    const isNamed = kind === undefined ? known.kind === "named" : kind !== COUNTED;
    if (isNamed) {
      // What follows the batches of an epoch without a step is its last value, their mean for one.
      if (current && known.perStep !== "once") goOn(told, current);
      return { reports: [] };
    }
    held.push(told);
    const isUnclear = kind === undefined && known.kind === undefined && held.length <= MOST_HELD;
    if (isUnclear) return { reports: [] };
    kind = COUNTED;
    known.kind ??= "counted";
    return { reports: counted() };
  };
  const hearNamed = (told: MetricNumber, at: StepSighting): StepsHeard => {
    const { name, value: step } = at;
    const before = held.find((one) => one !== told);
    unstepped = undefined;
    if (kind === undefined || kind === COUNTED) {
      [kind, held, known.kind, isOfBar] = [name, [], "named", at.isBar === true];
    }
    if (kind !== name) return { reports: [], leftOut: { told, name, kind } };
    const leftOut = before && { leftOut: { told: before, name: undefined, kind } };
    const how =
      told.sighting.step === at
        ? at.isBar
          ? "its step from its bar"
          : `its step from "${name}"`
        : at.isOver
          ? FROM_LINE_BEHIND
          : FROM_LINE_BEFORE;
    const { value } = told.naming;
    const fresh = isOfBar && !Object.is(value, drawn) ? { fresh: told } : {};
    const report = { told, step, how, name };
    drawn = value;
    if (how !== FROM_LINE_BEHIND && mayBeNone(told, at) && alone.length < MOST_ALONE)
      alone.push(told);
    if (current?.step === step && how === FROM_LINE_BEFORE) {
      goOn(told, current);
      return { reports: [], ...leftOut };
    }
    if (current?.step === step) {
      shapes.add(shapeOf(told));
      const first = current.fresh ? { fresh: current.fresh } : fresh;
      current = { ...report, isReported: current.isReported, isToldAgain: true, ...first };
      return { reports: [], ...leftOut };
    }
    const closed = close(step);
    const isReported = known.perStep === "once" && !isOfBar;
    shapes = new Set([shapeOf(told)]);
    current = { ...report, isReported, isToldAgain: false, ...fresh };
    return { reports: isReported ? [...closed, report] : closed, ...leftOut };
  };
  return {
    hear: (told, at) => {
      if (told.sighting.isBetweenSteps && kind === undefined) {
        [kind, known.kind] = [COUNTED, "always counted"];
      }
      const isIdle = known.isIdle && at && mayBeNone(told, at);
      const own = told.sighting.step;
      if (own?.isBar && (isIdle || kind === own.name)) return hearNamed(told, own);
      // Where steps have another name, or none, the number before a line, or of a bar, is no other step.
      const isMinor = at?.name === AT_HEAD || (at?.isBar === true && !isOfBar);
      const isOther = isMinor && kind !== undefined && kind !== at.name;
      const isNamed = at !== undefined && !isIdle && !isOther && known.kind !== "always counted";
      return isNamed ? hearNamed(told, at) : hearUnnamed(told);
    },
    announce: (step) => {
      if (step.isOver && unstepped && (kind ?? step.name) === step.name) {
        isStepBehind = true;
        return hearNamed(unstepped, step).reports;
      }
      unstepped = undefined;
      return step.name === kind && current?.step !== step.value ? close() : [];
    },
    end: () => {
      const isIdle = alone.length > 1 && known.perStep === undefined && known.single === undefined;
      if (isIdle) {
        known.isIdle = true;
        const inBar = alone.filter(({ sighting }) => sighting.step?.isBar);
        [kind, held, known.kind, current] = [COUNTED, alone, "counted", undefined];
        if (inBar.length > 0) {
          const reports = inBar.flatMap((told) => hearNamed(told, told.sighting.step!).reports);
          return [...reports, ...settle()];
        }
      }
      return kind === undefined || kind === COUNTED ? counted() : settle();
    },
  };
}
