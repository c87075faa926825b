import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { relative } from "node:path";
import { isFinished, type FinishedTrial } from "../../contracts/trial.ts";
import type { RanTrial, StudyCheck } from "./check-result.ts";
import * as format from "../format.ts";
import { isCoordinator } from "../context.ts";
import { storageFlag, studyLine } from "../command-line.ts";
import { shellQuote } from "../shell-quote.ts";
import { counted } from "../../errors/counted.ts";
import { quotedName } from "../visible.ts";

/** How much of what the trial printed is shown. */
const LAST_LINES = 8;

/** What a check found out, for people. */
export function checkLines(check: StudyCheck, path: string, storage: string): string[] {
  const { file, study, there, ran, findings } = check;
  const { definition } = file;
  const { pruner } = study.version;
  const facts = [
    ...study.directions.map((direction, index) =>
      study.metricNames ? `${direction} ${study.metricNames[index]}` : direction,
    ),
    counted(study.space.parameters.length, "parameter"),
    ...(definition.trials === undefined ? [] : [counted(definition.trials, "trial")]),
    ...(there > 0 ? [`${there} of them there`] : []),
    `${check.workers} at once`,
    `by ${study.version.strategy.name}`,
    pruner ? `pruned by ${pruner.name}` : "not pruned",
  ];
  const lines = [
    `Study ${quotedName(study.name)}: ${facts.join(", ")}`,
    "",
    ...suggestionLines(check),
  ];
  if (ran) lines.push("", ...trialLines(check, ran), ...estimateLines(check, ran));
  if (findings.length > 0) lines.push("");
  for (const { level, message } of findings) lines.push(`${level}: ${message}`);
  if (check.unread !== undefined) {
    lines.push("", `STORAGE NOT READ: ${check.unread} These are the trials of a new study.`);
  }
  const when = check.unread === undefined ? "Run it" : "Once it can be read";
  const run = runLine(study.name, path, storage);
  lines.push("", check.isWell ? `${when}: npx ${run}` : "Not ready to run.");
  return lines;
}

function runLine(name: string, path: string, storage: string): string {
  if (!isCoordinator(storage)) return studyLine("run", path, [], storageFlag(storage));
  const url = `${storage.replace(/\/$/, "")}/${encodeURIComponent(name)}`;
  return studyLine("work", url, [], [`--file ${shellQuote(path)}`]);
}

function suggestionLines({ suggested, there }: StudyCheck): string[] {
  const which = there > 0 ? "next" : "first";
  const [first] = suggested;
  if (!first) return ["Nothing is suggested: the space has no point."];
  if (!first.plan) {
    const rows = suggested.map(
      ({ trial }) => `  ${format.inline(trial.params) || "(asked as it runs)"}`,
    );
    return [`The ${which} trials`, ...rows];
  }
  const { cwd, env } = first.plan;
  return [
    `The ${which} commands`,
    ...suggested.map(({ plan }) => `  ${plan!.argv.map(shellQuote).join(" ")}`),
    `In ${cwd}, trial ${first.trial.number} with`,
    ...Object.entries(env).map(([name, value]) => `  ${name}=${shellQuote(value)}`),
  ];
}

function trialLines({ study, suggested, file }: StudyCheck, ran: RanTrial): string[] {
  const { trial, durationMs, isTimeUp, stdout, stderr } = ran;
  const time =
    durationMs < 10_000 ? `${(durationMs / 1000).toFixed(1)}s` : format.seconds(durationMs);
  const end = isTimeUp ? "stopped, its time was up" : format.outcome(trial, study);
  const lines = [`Trial ${trial.number} ran ${time}: ${end}`];
  if (trial.reports.length > 0) lines.push(`  reports     ${shortReports(trial)}`);
  const curves = Object.keys(trial.systemAttrs[ATTRIBUTE.curves] ?? {});
  if (curves.length > 0) lines.push(`  curves      ${curves.join(", ")}`);
  const attributes = Object.keys(trial.userAttrs);
  if (attributes.length > 0) lines.push(`  attributes  ${attributes.join(", ")}`);
  if (trial.constraints) lines.push(`  constraints ${trial.constraints.join(", ")}`);
  const counts = `${counted(linesOf(stdout).length, "line")} on stdout, ${linesOf(stderr).length} on stderr`;
  const kept = file.command
    ? `; a real run keeps them in ${relative(".", suggested[0].directory) || "."}`
    : "";
  lines.push(`  output      ${counts}${kept}`);
  const isError = trial.state === "failed" && !isTimeUp;
  const shown = isError && stderr.trim() !== "" ? stderr : stdout;
  for (const line of lastLines(shown)) lines.push(`    ${line}`);
  return lines;
}

function shortReports({ reports }: FinishedTrial): string {
  const shown = reports.map(({ step, value }) => `${step}: ${format.number(value)}`);
  if (shown.length <= 6) return shown.join("  ");
  return `${shown.slice(0, 3).join("  ")}  …  ${shown.slice(-2).join("  ")}  (${shown.length} in all)`;
}

/** Without empty lines: the client in Python begins each of its own on a new one. */
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

function lastLines(text: string): string[] {
  const lines = linesOf(text);
  const skipped = lines.length - LAST_LINES;
  return skipped > 0 ? [`… ${skipped} more`, ...lines.slice(-LAST_LINES)] : lines;
}

/** How long the study takes if all trials do as this one. */
function estimateLines(
  { file, workers, there }: StudyCheck,
  { durationMs, isTimeUp }: RanTrial,
): string[] {
  const { trials } = file.definition;
  const left = trials === undefined ? 0 : trials - there;
  if (left <= 0 || isTimeUp) return [];
  const rounds = Math.ceil(left / workers);
  return [
    `  ${left} such trials, ${workers} at once: about ${format.seconds(rounds * durationMs)}`,
  ];
}

/** What a check found out, as JSON. */
export function checkJson(check: StudyCheck): unknown {
  const { study, unread, suggested, ran, findings, isWell } = check;
  return {
    ok: isWell,
    study: study.name,
    ...(unread !== undefined && { storageNotRead: unread }),
    trials: suggested.map(({ trial, directory, plan }) => ({
      number: trial.number,
      params: trial.params,
      directory,
      ...(plan && {
        command: plan.argv.map(shellQuote).join(" "),
        argv: plan.argv,
        cwd: plan.cwd,
        env: plan.env,
      }),
    })),
    ran: ran ? ranJson(ran) : null,
    findings,
  };
}

function ranJson({ trial, isTimeUp, durationMs, stdout, stderr }: RanTrial): unknown {
  return {
    number: trial.number,
    state: isTimeUp ? "stopped" : trial.state,
    values: trial.state === "failed" ? null : trial.values,
    failure: trial.state === "failed" && isFinished(trial) ? trial.failure : null,
    reports: trial.reports,
    userAttrs: trial.userAttrs,
    durationMs: Math.round(durationMs),
    stdout: lastLines(stdout).join("\n"),
    stderr: lastLines(stderr).join("\n"),
  };
}
