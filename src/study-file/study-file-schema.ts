import { z } from "../vendor/zod.ts";
import { strategyNames } from "../study/strategy-registry.ts";
import { NOTICES } from "../study/notify/notify-options.ts";
import { prunerNames } from "../pruners/index.ts";
import { commandSchema } from "../runner/command/command-schema.ts";
import { deviceFields } from "../runner/devices/schema.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const bounds = z.strictObject({
  gt: z.number().optional().describe("Above this."),
  gte: z.number().optional().describe("This or above."),
  lt: z.number().optional().describe("Below this."),
  lte: z.number().optional().describe("This or below."),
});
const when = z
  .record(z.string(), z.union([scalar, z.array(scalar), bounds]))
  .optional()
  .describe(
    "Exists only where other parameters have these values: optimizer: adam, or optimizer: [adam, lion], or batchSize: { gte: 256 }.",
  );
const low = z.number().describe("The least value, included.");
const high = z.number().describe("The greatest value, included.");
const log = z
  .boolean()
  .default(false)
  .describe("Searched by its logarithm: 0.001 to 0.01 counts as much as 0.01 to 0.1.");
export const parameterSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("float").describe("A number."),
    low,
    high,
    log,
    step: z.number().optional().describe("Only low, low + step, low + 2 step, …"),
    when,
  }),
  z.strictObject({
    type: z.literal("int").describe("A whole number."),
    low,
    high,
    log,
    step: z.int().optional().describe("Only low, low + step, low + 2 step, …"),
    when,
  }),
  z.strictObject({
    type: z.literal("categorical").describe("One of several values without order."),
    choices: z.array(scalar).min(1).describe("The values: text, numbers, true, false or null."),
    when,
  }),
]);

/** A parameter as a study file may write it. */
export type ParameterContent = z.input<typeof parameterSchema>;

const direction = z.enum(["minimize", "maximize"]);

/**
 * A name, or a map with a name and options, of which the factory of that name knows more; or a file of
 * the user's own.
 */
const part = (names: readonly string[], what: string) => {
  const name = z.enum(names as [string, ...string[]]);
  const own = z.looseObject({
    file: z
      .string()
      .min(1)
      .describe(
        `A TypeScript or JavaScript file with a ${what} of your own, relative to this file's folder.`,
      ),
    export: z
      .string()
      .optional()
      .describe("What it is exported as; left out: the default, or the only export."),
  });
  return z.union([name, z.looseObject({ name: name.describe("Which one.") }), own]);
};

/** A study file in YAML or JSON: a space, a command, and how to search. */
export const studyFileSchema = z.strictObject({
  $schema: z.string().optional().describe("Where an editor finds the schema of this file."),
  name: z.string().min(1).describe("The study's name in its database."),
  direction: direction
    .optional()
    .describe("What is done with the one metric; minimize if left out."),
  metrics: z
    .record(z.string(), direction)
    .optional()
    .describe("Several metrics, or one with a name: { loss: minimize, accuracy: maximize }."),
  space: z
    .record(z.string(), parameterSchema)
    .optional()
    .describe(
      "The parameters and their ranges; left out only where another program asks for each as it runs.",
    ),
  strategy: part(strategyNames, "strategy")
    .optional()
    .describe(
      "How the space is searched: a name, a map of name and options, or { file, export, options } for one of your own; auto if left out.",
    ),
  pruner: part(prunerNames, "pruner")
    .optional()
    .describe(
      "Stops hopeless trials early: a name, a map of name and options, or { file, export, options } for one of your own.",
    ),
  prior: z
    .union([
      z.literal("theory"),
      z.strictObject({
        theory: z
          .looseObject({})
          .nullable()
          .describe("The options of theory(); measurement may be a JSON file's path."),
      }),
    ])
    .optional()
    .describe("What is believed before any trial: theory, or a map of theory and its options."),
  roles: z
    .strictObject({
      learningRate: z
        .union([z.string(), z.record(z.string(), z.string())])
        .optional()
        .describe("The learning rate's name, or one per value of the optimizer."),
      batchSize: z.string().optional().describe("The batch size's name."),
      optimizer: z.string().optional().describe("The optimizer's name."),
      momentum: z.string().optional().describe("The momentum's name: β or 1 − β."),
    })
    .optional()
    .describe("Which parameters play which part; guessed from common names if left out."),
  until: z
    .strictObject({
      maxTrials: z.int().min(1).optional().describe("When so many trials have finished."),
      targetValue: z.number().optional().describe("When the metric is at least this good."),
      noImprovement: z
        .int()
        .min(1)
        .optional()
        .describe("When so many trials in a row brought no new best."),
      timeBudget: z
        .number()
        .positive()
        .optional()
        .describe("When all trials together took so many seconds."),
      regretBound: z
        .union([z.literal("noise"), z.number().positive()])
        .optional()
        .describe(
          "When by a model of at least 20 complete trials none can be better by more than this; noise: than the standard error of one value.",
        ),
    })
    .optional()
    .describe("When the study has had enough; the first of the rules that says so stops it."),
  trials: z.int().min(0).optional().describe("How many trials the study has in all."),
  workers: z.int().min(1).optional().describe("How many trials run at once; 1 if left out."),
  seed: z.int().optional().describe("The same seed gives the same suggestions; 0 if left out."),
  repeats: z
    .boolean()
    .optional()
    .describe("Whether a point of a finite space may be tried twice, as the metric is noisy."),
  maxRestarts: z
    .int()
    .min(0)
    .optional()
    .describe(
      "How often a trial whose process died is started again before it has failed; 3 if left out.",
    ),
  ...deviceFields,
  command: commandSchema.shape.command.optional(),
  cwd: commandSchema.shape.cwd,
  env: commandSchema.shape.env,
  shell: commandSchema.shape.shell,
  metric: commandSchema.shape.metric,
  outputLimitMiB: commandSchema.shape.outputLimitMiB,
  // A night's run is to get over a bad moment of its machine.
  retries: commandSchema.shape.retries.default(2),
  retryOn: commandSchema.shape.retryOn,
  artifacts: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The folder for what trials keep, ARTIFACTS/STUDY/NUMBER each, relative to this file's folder. hpo-trials beside the database hpo.db if left out.",
    ),
  notify: z
    .union([
      z.string().min(1),
      z.strictObject({
        to: z
          .union([z.string().min(1), z.array(z.string()).min(1)])
          .describe("A URL, or a program; $NAME stands for a variable of hpo's environment."),
        on: z.array(z.enum(NOTICES)).optional().describe("Of what; all of it if left out."),
      }),
    ])
    .optional()
    .describe(
      "Who is told of a new best, the end and a stop for errors: JSON to a URL or a program.",
    ),
  keepBest: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Only so many of the best trials keep their files, while the study runs; what they printed stays.",
    ),
  artifactsLimit: z
    .union([z.string(), z.number()])
    .optional()
    .describe(
      "20GiB or bytes: where trials keep more, the worst lose their files; never the best.",
    ),
  trialTimeoutSeconds: z
    .number()
    .positive()
    .optional()
    .describe("A trial that runs longer is stopped and fails as timeout."),
  silenceSeconds: z
    .number()
    .positive()
    .optional()
    .describe("A trial that prints nothing for so long is stopped and fails as timeout."),
  memoryLimit: commandSchema.shape.memoryLimit,
  graceSeconds: z
    .number()
    .min(0)
    .optional()
    .describe("How long a stopped command has between SIGTERM and SIGKILL; 10 if left out."),
});

export type StudyFileContent = z.output<typeof studyFileSchema>;

/** The JSON schema of study files, for editors: schema/study.schema.json of the package. */
export const studyFileJsonSchema = (): JsonSchema => ({
  ...(z.toJSONSchema(studyFileSchema, { io: "input" }) as JsonSchema),
  title: "A study file of hpo",
  description: "What is searched, how, and the command that is a trial.",
});

/** The part of a JSON schema that we look at. */
export interface JsonSchema {
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly [key: string]: unknown;
}
