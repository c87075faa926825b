import { prunerOrNamed } from "../../pruners/index.ts";
import type { StudyDefinition } from "../../study/study-definition.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import type { Finding, RanTrial, SuggestedTrial } from "./check-result.ts";
import { commandFindings } from "./check-command.ts";
import { notice } from "./check-result.ts";
import { soundsOpposite } from "./better-names.ts";
import { seconds } from "../format.ts";
import { metricReader } from "../../runner/command/metric/command-metric.ts";
import { OUTPUT } from "../../runner/command/metric/line-meaning.ts";
import { withoutEscapes } from "../../runner/output/escapes.ts";
import type { StudyFile } from "../../study-file/load-study-file.ts";
import { counted } from "../../errors/counted.ts";

/** @param notes what the study said meanwhile */
export function findings(
  file: StudyFile,
  suggested: readonly SuggestedTrial[],
  ran: RanTrial | undefined,
  notes: readonly string[],
): Finding[] {
  return [
    ...(ran ? endFindings(file, ran) : []),
    ...(ran ? reportFindings(file.definition, ran) : []),
    ...commandFindings(file, suggested[0]),
    ...doubtfulDirections(file),
    ...file.doubts.map(notice),
    ...notes.map(notice),
  ];
}

function endFindings(file: StudyFile, ran: RanTrial): Finding[] {
  const { trial, isTimeUp, durationMs } = ran;
  if (isTimeUp) {
    const heard =
      trial.reports.length > 0
        ? `${counted(trial.reports.length, "report")} came until then`
        : "nothing that was understood came until then";
    return [
      notice(
        `It was stopped after ${seconds(durationMs)}; ${heard}. Give it longer: --timeout 10m.`,
      ),
      ...(trial.reports.length === 0 ? unheardFindings(file, ran) : []),
    ];
  }
  if (trial.state !== "failed") return [];
  const { failure } = trial;
  const isNoResult = failure.reason === "error" && failure.cause === "noResult";
  return [
    { level: "error", message: `The trial failed (${failure.reason}): ${failure.message}` },
    ...(isNoResult ? unheardFindings(file, ran) : []),
  ];
}

/** Lines such as "loss: 0.31" or "val_acc=0.9". */
const VALUE_LINE =
  /^(.*?)\b((?:\w+[ _])?(?:loss|acc|accuracy|auc|f1|mse|mae|rmse|error|score|reward|metric|objective|perplexity|value))(\s*[:=]?\s+|\s*[:=]\s*)([-+]?\d[\d.eE+-]*|nan)/i;

/** A metric that is printed as text: how a pattern would find it. */
function unheardFindings(file: StudyFile, { stdout, stderr }: RanTrial): Finding[] {
  if (file.command?.metric !== "json-lines") return [];
  const line = valueLine(stdout) ?? valueLine(stderr);
  if (line === undefined) return [];
  const isOnStderr = valueLine(stdout) === undefined;
  const ownLine = isOnStderr
    ? '; {"value": …} is read on stdout alone: logging.StreamHandler(sys.stdout) writes there.'
    : ', or print {"value": …} on a line of its own.';
  return [
    notice(
      `It printed ${JSON.stringify(line.trim())}${isOnStderr ? " on stderr" : ""}, which no rule ` +
        `matches. If that is the metric, say metric: ${metricOfLine(line)}${ownLine}`,
    ),
  ];
}

/** How a study file says that this line tells the metric: by its name where that finds it, else by a pattern. */
function metricOfLine(line: string): string {
  const [, , name, between] = VALUE_LINE.exec(line)!;
  const isFound = metricReader({ name }).reading().read(line) !== OUTPUT;
  if (isFound) return name;
  const escaped = `${name}${between}`
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\s+/g, "\\s+");
  return `{ regex: '${escaped}(?<value>\\S+)' }`;
}

/** The last line that may tell a metric. */
const valueLine = (text: string): string | undefined =>
  text
    .split(/[\r\n]+/)
    .map(withoutEscapes)
    .findLast((line) => VALUE_LINE.test(line) && !line.startsWith("{"));

function reportFindings(definition: StudyDefinition, { trial, isTimeUp }: RanTrial): Finding[] {
  const { reports } = trial;
  const found: Finding[] = [];
  const isOver = trial.state !== "failed" || isTimeUp;
  const pruner = prunerOrNamed(definition.pruner);
  if (pruner && reports.length === 0 && isOver) {
    found.push(
      notice(
        `The study has a pruner (${pruner.name}), but the trial reported nothing, so none can ` +
          'be pruned. Print {"step": 1, "value": …} after each epoch, or call trial.report.',
      ),
    );
  }
  const values = new Set(reports.map(({ value }) => value));
  if (reports.length >= 3 && values.size === 1) {
    found.push(notice(`All ${reports.length} reports are ${[...values][0]}: is it the metric?`));
  }
  if (reports.some(({ value }) => Number.isNaN(value))) {
    found.push(notice("A report was NaN: if it is the last one, the trial counts as diverged."));
  }
  return [...found, ...infinite(trial)];
}

const infinite = (trial: FinishedTrial): Finding[] =>
  trial.state === "complete" && trial.values.some((value) => !Number.isFinite(value))
    ? [notice("The result is infinite: toward the worse side it counts as diverged.")]
    : [];

function doubtfulDirections({ definition, command }: StudyFile): Finding[] {
  const metrics = definition.metrics ?? unnamedMetric(definition, command?.metric);
  return Object.entries(metrics).flatMap(([name, direction]) => {
    return soundsOpposite(name, direction)
      ? [notice(`"${name}" is to ${direction}: is that meant?`)]
      : [];
  });
}

function unnamedMetric(
  { direction = "minimize" }: StudyDefinition,
  metric: NonNullable<StudyFile["command"]>["metric"] | undefined,
): NonNullable<StudyDefinition["metrics"]> {
  if (metric === undefined || metric === "json-lines") return {};
  if ("regex" in metric) {
    const name = /(\w+)\W*\(/.exec(metric.regex)?.[1];
    return name === undefined ? {} : { [name]: direction };
  }
  if ("name" in metric) return typeof metric.name === "string" ? { [metric.name]: direction } : {};
  return typeof metric.value === "string" ? { [metric.value]: direction } : {};
}
