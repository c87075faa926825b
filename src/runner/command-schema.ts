import { z } from "zod";
import { HpoError } from "../errors.ts";

const regexMetric = z.strictObject({
  kind: z.literal("regex"),
  /**
   * Matched against each line of stdout. The group `value` (or the first group) is the metric; with
   * a group `step`, each match is a report. The last match is the result.
   */
  pattern: z.string().min(1),
});

const metricSchema = z.discriminatedUnion("kind", [
  /** `{"step": 1, "value": 0.41}` is a report, `{"value": 0.39}` the result. */
  z.strictObject({ kind: z.literal("json-lines") }),
  regexMetric,
]);

/** How a command is run and how its metric is read, as it stands in a study file. */
export const commandSchema = z.strictObject({
  command: z.union([z.string().min(1), z.array(z.string()).min(1)]),
  /** Where the command runs; the working directory if not given. */
  cwd: z.string().optional(),
  /** Added to this process's environment. */
  env: z.record(z.string(), z.string()).default({}),
  /** Runs the command line by /bin/sh: pipes, redirections, variables. */
  shell: z.boolean().default(false),
  metric: metricSchema.default({ kind: "json-lines" }),
  /** How much of stdout and of stderr is kept in the trial's folder, in MiB: head and tail. */
  outputLimitMiB: z.number().min(0).default(10),
  /** How many commands run at once. */
  slots: z.int().min(1).default(1),
  /** A trial's hard limit. */
  timeoutMs: z.number().positive().optional(),
  /** Between SIGTERM and SIGKILL. */
  graceMs: z.number().min(0).default(10_000),
});

export type CommandConfig = z.output<typeof commandSchema>;
export type CommandInput = z.input<typeof commandSchema>;
export type CommandMetric = CommandConfig["metric"];

/** @throws HpoError that lists each wrong or unknown field. */
export function parseCommand(input: CommandInput): CommandConfig {
  const parsed = commandSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new HpoError(`The command can't be read. Correct:\n${z.prettifyError(parsed.error)}`);
}
