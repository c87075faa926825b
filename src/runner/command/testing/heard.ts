import { metricReader } from "../metric/command-metric.ts";
import type { LineMeaning, RemarkTopic } from "../metric/line-meaning.ts";
import type { NamedMetric } from "../command-schema.ts";

export interface Heard {
  readonly reports: readonly (readonly [step: number, value: number])[];
  readonly result: unknown;
  readonly how: string | undefined;
  readonly remarks: Readonly<Partial<Record<RemarkTopic, string>>>;
  readonly problems: readonly string[];
  readonly remedy: string;
}

/** What is heard of a metric by its name. @param output its lines; those that begin with `2>` stand on stderr */
export function heard(
  metric: NamedMetric,
  output: string,
  { reading } = metricReader(metric),
): Heard {
  const { read, end, remedy } = reading();
  const read2 = (line: string): readonly LineMeaning[] =>
    line.startsWith("2>") ? read(line.slice(2), "stderr") : read(line);
  const all = [...output.split("\n").flatMap(read2), ...end()];
  const kept = all.slice(all.findLastIndex(({ kind }) => kind === "startOver") + 1);
  const reports = kept.flatMap((one) =>
    one.kind === "report" ? [[one.step, one.value] as const] : [],
  );
  const results = all.flatMap((one) =>
    one.kind === "result" ? [one.result] : one.kind === "report" && one.isResult ? [one.value] : [],
  );
  const remarks = Object.fromEntries(
    all.flatMap((one) => (one.kind === "remark" ? [[one.topic, one.text]] : [])),
  ) as Heard["remarks"];
  const problems = all.flatMap((one) => (one.kind === "malformed" ? [one.problem] : []));
  const result = results.at(-1);
  return {
    reports,
    result,
    how: remarks.foundInstead ?? remarks.found,
    remarks,
    problems,
    remedy: remedy(),
  };
}
