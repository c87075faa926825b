import { curveSteps, stepOfLine, type CurveSteps, type KnownSteps } from "./curve-steps.ts";
import type { MetricLine, StepReport } from "./curve-steps.ts";
import { OUTPUT, type LineMeaning, type OutputStream, type RemarkTopic } from "./line-meaning.ts";
import type { NamedNumber } from "./metric-text.ts";
import {
  ambiguous,
  bracketed,
  closed,
  found,
  lastingReports,
  leftOutRemark,
  overruled,
  unitChanged,
  wentBack,
  type MetricNumber,
} from "./remarks.ts";
import { distanceOf } from "./qualifier.ts";
import type { StepSighting } from "./sighting.ts";

/** Makes of a trial's tellings what they say of it. */
export interface Hearing {
  readonly hear: (telling: MetricLine) => readonly LineMeaning[];
  /** A line without the metric told a step. */
  readonly announce: (step: StepSighting) => readonly LineMeaning[];
  /** What was not sure to count, and does. */
  readonly end: () => readonly LineMeaning[];
}

/**
 * How much a telling counts; the lower overrules the higher. What stands on stdout comes before a bar on
 * stderr, and `val_loss` before `best val_loss` or what a part tells.
 */
const rankOf = ({ qualifier, part }: NamedNumber, stream: OutputStream): number =>
  2 * (part ? 2 : distanceOf(qualifier)) + (stream === "stdout" ? 0 : 1);

/** What is said of a line's number that counts, beside the one before it. */
function remarksOn(
  name: string,
  told: MetricNumber,
  before: MetricNumber | undefined,
  once: Once,
): LineMeaning[] {
  const { others, bracketed: inBrackets, isPercent } = told.naming;
  const isOtherUnit = before !== undefined && before.naming.isPercent !== isPercent;
  return [
    ...(others ? once("ambiguous", () => ambiguous(name, told)) : []),
    ...(inBrackets === undefined ? [] : once("ambiguous", () => bracketed(name, told))),
    ...(isOtherUnit ? once("unit", () => unitChanged(name, told, before)) : []),
  ];
}

/** What earlier trials of a run showed of the program. */
export interface Known {
  /** The lowest rank that told the metric beside tellings that it overruled. */
  rank: number;
  /** By rank. */
  readonly steps: Map<number, KnownSteps>;
}
export const nothingKnown = (): Known => ({ rank: Infinity, steps: new Map() });

/**
 * The reports of one metric; each line is the result so far. What others may yet overrule is kept until
 * a later step follows it; where it was reported even so, the better curve begins anew. Where an earlier
 * trial was told better, it is no report.
 */
export function curveOf(name: string, known: Known): Hearing {
  const once = remarksOnce();
  let rank = Infinity;
  let isSure = false;
  /** The last one came after worse ones, the first of its rank, and without a step of its own. */
  let isLone = false;
  let last: MetricNumber | undefined;
  /** The last of a worse rank, whose reports stand until one of this rank comes. */
  let reportedWorse: MetricNumber | undefined;
  let foundTopic: "found" | "foundInstead" = "found";
  let steps: CurveSteps = curveSteps({});
  /** The step at which the curve of this rank begins. */
  let first: number | undefined;
  /** Not yet sure. */
  let kept: StepReport[] = [];
  let lastStep = -1;
  let backSteps = 0;
  /** A line told a step. */
  let isStepped = false;
  /** A mean behind the last number, of those that have no step: of folds, or batches. */
  let closing: MetricNumber | undefined;

  /** Before the first report of a better rank: those of the worse one are dropped. */
  const startOver = (): LineMeaning[] => {
    if (!reportedWorse) return [];
    const worse = reportedWorse;
    [reportedWorse, foundTopic, lastStep, backSteps] = [undefined, "foundInstead", -1, 0];
    return [{ kind: "startOver" }, ...once("overruled", () => overruled(name, worse, true))];
  };
  const report = (
    { told, step, how, name: stepName }: StepReport,
    isResult: boolean,
  ): readonly LineMeaning[] => {
    const { value } = told.naming;
    const remarks = startOver();
    remarks.push(...once(foundTopic, () => found(name, told, how)));
    const isNew = step > lastStep;
    if (isNew) lastStep = step;
    else if (++backSteps > 1 && stepName !== undefined) {
      remarks.push(...once("leftOut", () => wentBack(name, step, stepName, told)));
    }
    if (isNew) return [...remarks, { kind: "report", step, value, isResult }];
    return isResult ? [...remarks, { kind: "result", result: value }] : remarks;
  };
  /** Of lines that were a result when they came. */
  const reports = (all: readonly StepReport[]): readonly LineMeaning[] =>
    all.flatMap((one) => report(one, false));
  /** @param told a line that is the result now */
  const tell = (all: readonly StepReport[], told: MetricNumber): readonly LineMeaning[] => {
    const latest = all.at(-1);
    if (latest?.told === told) return [...reports(all.slice(0, -1)), ...report(latest, true)];
    return [...reports(all), { kind: "result", result: told.naming.value }];
  };
  const outranks = (given: number): readonly LineMeaning[] => {
    const earlier = isSure ? reports(steps.end()) : [];
    if (lastStep >= 0) reportedWorse ??= last;
    const remarks = last && !reportedWorse ? once("overruled", () => overruled(name, last!)) : [];
    if (last) known.rank = Math.min(known.rank, given);
    [rank, isSure, first, kept] = [given, given === 0, undefined, []];
    if (!known.steps.has(rank)) known.steps.set(rank, {});
    steps = curveSteps(known.steps.get(rank)!);
    return [...earlier, ...remarks];
  };
  /** Earlier trials told their result by a better rank. */
  const isWorse = (): boolean => rank > known.rank;
  return {
    hear: (telling) => {
      const naming = telling.sighting.namings.get(name)!;
      const given = rankOf(naming, telling.stream);
      const told = { ...telling, naming };
      if (given > rank) {
        known.rank = Math.min(known.rank, rank);
        const isClosing = !isStepped && distanceOf(naming.qualifier) === 1 && !naming.part;
        if (isClosing && stepOfLine(telling) === undefined) {
          closing = told;
          return OUTPUT;
        }
        return forPeople(once("overruled", () => overruled(name, told)));
      }
      const notClosing = closing ? once("overruled", () => overruled(name, closing!)) : [];
      closing = undefined;
      isLone = given < rank && last !== undefined && telling.sighting.step === undefined;
      const isBetter = given < rank;
      const before = isBetter ? outranks(given) : [];
      const remarks = remarksOn(name, told, isBetter ? undefined : last, once);
      last = told;
      const at = stepOfLine(telling);
      if (at) isStepped = true;
      const heard = steps.hear(told, at);
      kept.push(...heard.reports);
      const isLater = first !== undefined && (at === undefined || at.value > first);
      first ??= at?.value ?? 0;
      if (isWorse()) isSure = false;
      else if (isLater && naming.part?.kind !== "row") isSure = true;
      return forPeople([
        ...notClosing,
        ...before,
        ...remarks,
        ...(heard.leftOut ? once("leftOut", () => leftOutRemark(name, heard.leftOut!)) : []),
        ...(isSure ? tell(kept.splice(0), told) : []),
      ]);
    },
    announce: (step) => {
      kept.push(...steps.announce(step));
      return isSure && !isWorse() ? reports(kept.splice(0)) : [];
    },
    end: () => {
      kept.push(...steps.end());
      if (isWorse() || isLone) kept = [];
      const all = [...(isSure || !last ? reports(kept.splice(0)) : tell(kept.splice(0), last))];
      if (reportedWorse) {
        all.push(...once("overruled", () => lastingReports(name, reportedWorse!)));
      }
      if (!closing) return all;
      const remark = once("overruled", () => closed(name, closing!));
      return [...all, ...remark, { kind: "result", result: closing.naming.value }];
    },
  };
}

/** The result of several metrics, once each was told: the last of each. */
export function lastOfEach(names: readonly string[]): Hearing {
  const once = remarksOnce();
  const last = new Map<string, MetricNumber & { readonly rank: number }>();
  return {
    hear: (telling) => {
      const remarks: LineMeaning[] = [];
      let isHeard = false;
      for (const [name, naming] of telling.sighting.namings) {
        const told = { ...telling, naming, rank: rankOf(naming, telling.stream) };
        const before = last.get(name);
        const isOver = before !== undefined && before.rank < told.rank;
        if (before && before.rank !== told.rank) {
          const loser = isOver ? told : before;
          remarks.push(...once("overruled", () => overruled(name, loser)));
        }
        if (isOver) continue;
        remarks.push(
          ...remarksOn(name, told, before?.rank === told.rank ? before : undefined, once),
        );
        remarks.push(...once("found", () => found(names.join(", "), told)));
        last.set(name, told);
        isHeard = true;
      }
      if (!isHeard || last.size < names.length) return forPeople(remarks);
      const result = names.map((name) => last.get(name)!.naming.value);
      return [...remarks, { kind: "result", result }, ...OUTPUT];
    },
    announce: () => [],
    end: () => [],
  };
}

const forPeople = (remarks: readonly LineMeaning[]): readonly LineMeaning[] =>
  remarks.length === 0 ? OUTPUT : [...remarks, ...OUTPUT];

/** A remark where its topic comes up first. */
type Once = (topic: RemarkTopic, text: () => string) => LineMeaning[];

function remarksOnce(): Once {
  const told = new Set<RemarkTopic>();
  return (topic, text) => {
    if (told.has(topic)) return [];
    told.add(topic);
    return [{ kind: "remark", topic, text: text() }];
  };
}
