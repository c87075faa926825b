import { z } from "../../vendor/zod.ts";
import { HpoError } from "../../errors/errors.ts";
import { parsedBy, schemaProblems } from "../../errors/schema-problems.ts";

/** Between SIGTERM and SIGKILL. */
export const GRACE_MS = 10_000;

const regexMetric = z.strictObject({
  regex: z
    .string()
    .min(1)
    .describe(
      "Matched against each line of stdout. The group value, or the first group, is the metric: loss=(?<value>\\S+); with a group step each match is a report. The last match is the result.",
    ),
});

const fileMetric = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe(
      "The file that the program writes its metric into; a relative path is within the trial's folder, HPO_TRIAL_DIR.",
    ),
  format: z
    .enum(["json", "jsonl", "csv"])
    .optional()
    .describe("How it is written; by the file's extension if left out."),
  value: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      "The key or column of the metric: val_loss, eval.loss within objects, log_history[-1].eval_loss in a list, log_history[*].eval_loss for each of its objects; value if left out. A list where the study has several metrics, in its order.",
    ),
  step: z
    .string()
    .optional()
    .describe("The key or column of the step; step or epoch if left out, else rows are counted."),
});

const namedMetric = z.strictObject({
  name: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe(
      "What the program calls its metric: it is found in JSON, in a table as CSV, and in text as val_loss=0.41 or val_loss: 0.41, on stdout, or on stderr where stdout does not tell it. Each is a report, the last one the result. A list where the study has several metrics, in its order.",
    ),
  step: z
    .string()
    .min(1)
    .optional()
    .describe(
      "What it calls the step; epoch, step or iteration if left out, else reports are counted.",
    ),
});

const metricSchema = z.union([
  z.literal("json-lines"),
  z
    .string()
    .min(1)
    .transform((name): z.infer<typeof namedMetric> => ({ name })),
  namedMetric,
  regexMetric,
  fileMetric,
]);

/** How a command is run and how its metric is read, as it stands in a study file. */
export const commandSchema = z.strictObject({
  command: z
    .union([z.string().min(1), z.array(z.string()).min(1)])
    .describe(
      "What a trial runs: a command line, or the program and its arguments one by one. {lr} is the parameter lr, {momentum|0} with a fallback, {amp?--amp} a piece that is there where amp is true; {params_file}, {trial_dir}, {checkpoint_dir}, {trial_number} and {trial_seed} tell the rest.",
    ),
  cwd: z
    .string()
    .optional()
    .describe("Where the command runs; the study file's folder if left out."),
  env: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .describe(
      "Environment variables for the command, added to those of hpo; $NAME and ${NAME:-text} stand for those, $$ for a dollar.",
    ),
  shell: z
    .boolean()
    .default(false)
    .describe("Runs the command line by /bin/sh: pipes, redirections, variables."),
  metric: metricSchema
    .prefault("json-lines")
    .describe(
      'How the metric is told: json-lines ({"step": 1, "value": 0.41} and {"value": 0.39} on stdout), by its name (val_loss, or with more about it { name: val_loss }), a regular expression, or a file.',
    ),
  outputLimitMiB: z
    .number()
    .min(0)
    .default(10)
    .describe(
      "How much of stdout and of stderr is kept in the trial's folder, in MiB: the head and the tail. 10 if left out, 0 keeps none.",
    ),
  retries: z
    .int()
    .min(0)
    .default(0)
    .describe(
      "How often a trial begins again, as it was, when the machine failed it: a broken or unavailable GPU, NCCL, a SIGKILL from outside. Lack of memory and divergence are never tried again. 2 if left out.",
    ),
  retryOn: z
    .array(z.int().min(1).max(255))
    .default([])
    .describe("Exit codes that mean such a failure, too."),
  /** Before the first retry, in milliseconds; twice as long before each that follows, up to a minute. */
  retryDelayMs: z.number().min(0).default(5000),
  /** How many commands run at once. */
  slots: z.int().min(1).default(1),
  memoryLimit: z
    .union([z.string().min(1), z.number().positive()])
    .optional()
    .describe(
      "A trial whose processes hold more memory is killed and fails as outOfMemory: 512MB, 4GiB, or bytes.",
    ),
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: z.number().min(0).default(GRACE_MS),
});

export type CommandConfig = z.output<typeof commandSchema>;
export type CommandInput = z.input<typeof commandSchema>;

/** Where a trial's metric is looked for. */
export type CommandMetric = CommandConfig["metric"];
export type FileMetric = z.output<typeof fileMetric>;
export type NamedMetric = z.output<typeof namedMetric>;

/** @throws HpoError that lists each wrong or unknown field. */
export function parseCommand(input: CommandInput): CommandConfig {
  const parsed = parsedBy(commandSchema, input, "The command or its metric");
  if (parsed.success) return parsed.data;
  throw new HpoError(`The command can't be read. Correct:\n${schemaProblems(parsed.error, input)}`);
}
