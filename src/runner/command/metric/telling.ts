import { OUTPUT, type LineMeaning, type OutputStream, type RemarkTopic } from "./line-meaning.ts";
import type { NamedNumber } from "./metric-text.ts";
import { ambiguous, found, overruled, type MetricNumber } from "./remarks.ts";
import type { Sighting } from "./sighting.ts";

/** A line in which a metric was sighted. */
export interface MetricLine {
  readonly line: string;
  readonly stream: OutputStream;
  readonly sighting: Sighting;
  /** The step that a line before told: `Epoch 3/10`. */
  readonly announced: number | undefined;
}

/** Makes of a trial's tellings what they say of it. */
export interface Hearing {
  readonly hear: (telling: MetricLine) => readonly LineMeaning[];
  /** What was not sure to count, and does. */
  readonly end: () => readonly LineMeaning[];
}

/**
 * How much a telling counts; the lower overrules the higher. What stands on stdout comes before a bar on
 * stderr, and `val_loss` before `best val_loss`.
 */
const rankOf = ({ qualifier }: NamedNumber, stream: OutputStream): number =>
  (qualifier === undefined ? 0 : 2) + (stream === "stdout" ? 0 : 1);

/** What earlier trials of a run showed of the program. */
export interface Known {
  /** The lowest rank that went on telling the metric between tellings that it overruled. */
  rank: number;
}
export const nothingKnown = (): Known => ({ rank: Infinity });

interface Held extends MetricNumber {
  readonly step: number;
  readonly how: string;
}

/**
 * The reports of one metric. A telling that others may yet overrule is held until one of a later step follows
 * it, and where an earlier trial was told better, until the end.
 */
export function curveOf(name: string, known: Known): Hearing {
  const once = remarksOnce();
  let rank = Infinity;
  let isSure = false;
  /** Something was overruled since it was told last. */
  let hasOverruled = false;
  let held: Held | undefined;
  let last: MetricNumber | undefined;
  let lastStep = -1;
  /** The last step that was reported at a higher rank. */
  let reported = -1;

  const stepOf = ({ sighting, announced }: MetricLine): Pick<Held, "step" | "how"> => {
    const { step } = sighting;
    const before = held?.step ?? lastStep;
    if (step) return { step: step.value, how: `its step from "${step.name}"` };
    if (announced !== undefined && announced > before) {
      return { step: announced, how: "its step from the line before it" };
    }
    return { step: Math.max(before, 0) + 1, how: "steps are counted" };
  };
  const tell = (told: Held): readonly LineMeaning[] => {
    const { naming, step, how } = told;
    const { value } = naming;
    const remarks = [
      ...once("found", () => found(name, told, how)),
      ...(naming.others ? once("ambiguous", () => ambiguous(name, told)) : []),
    ];
    const isNew = step > Math.max(lastStep, reported);
    if (step > lastStep) lastStep = step;
    return isNew
      ? [...remarks, { kind: "report", step, value, isResult: true }]
      : [...remarks, { kind: "result", result: value }];
  };
  return {
    hear: (telling) => {
      const naming = telling.sighting.namings.get(name)!;
      const given = rankOf(naming, telling.stream);
      const told = { ...telling, naming };
      if (given > rank) {
        hasOverruled = true;
        return forPeople(once("overruled", () => overruled(name, told)));
      }
      const before = given < rank ? last : undefined;
      const remarks = before ? once("overruled", () => overruled(name, before)) : [];
      if (given < rank) {
        [rank, isSure, held] = [given, given === 0, undefined];
        [reported, lastStep] = [Math.max(reported, lastStep), -1];
      }
      last = told;
      if (hasOverruled) known.rank = Math.min(known.rank, rank);
      const now = { ...told, ...stepOf(telling) };
      if (isSure) return [...remarks, ...tell(now), ...OUTPUT];
      const earlier = held;
      held = now;
      if (!earlier || now.step <= earlier.step || known.rank < rank) return forPeople(remarks);
      [isSure, held] = [true, undefined];
      return [...remarks, ...tell(earlier), ...tell(now), ...OUTPUT];
    },
    end: () => {
      const earlier = held;
      held = undefined;
      return earlier ? tell(earlier) : [];
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
        if (naming.others) remarks.push(...once("ambiguous", () => ambiguous(name, told)));
        remarks.push(...once("found", () => found(names.join(", "), told)));
        last.set(name, told);
        isHeard = true;
      }
      if (!isHeard || last.size < names.length) return forPeople(remarks);
      const result = names.map((name) => last.get(name)!.naming.value);
      return [...remarks, { kind: "result", result }, ...OUTPUT];
    },
    end: () => [],
  };
}

const forPeople = (remarks: readonly LineMeaning[]): readonly LineMeaning[] =>
  remarks.length === 0 ? OUTPUT : [...remarks, ...OUTPUT];

/** A remark where its topic comes up first. */
function remarksOnce(): (topic: RemarkTopic, text: () => string) => readonly LineMeaning[] {
  const told = new Set<RemarkTopic>();
  return (topic, text) => {
    if (told.has(topic)) return [];
    told.add(topic);
    return [{ kind: "remark", topic, text: text() }];
  };
}
