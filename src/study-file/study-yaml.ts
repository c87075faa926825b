import { prunerGiven, strategyGiven } from "../study/parts/own-part.ts";
import { parseContent, parseSource, type StudyText } from "./study-content.ts";
import { doubtsIn } from "./doubts.ts";
import { at, atAsync, type SourceFile } from "./study-file-errors.ts";
import { dirname, resolve } from "node:path";
import { HpoError } from "../errors/errors.ts";
import { requireParameterName } from "../errors/stored-name.ts";
import { readText } from "../system/text-file.ts";
import { commandRunner } from "../runner/command/command-runner.ts";
import { metricReader } from "../runner/command/metric/command-metric.ts";
import { commandEnvironment } from "../runner/command/command-environment.ts";
import {
  commandPlanner,
  workingDirectory,
  type CommandPlanner,
} from "../runner/command/command-plan.ts";
import type { CommandMetric } from "../runner/command/command-schema.ts";
import type { Distribution } from "../space/distribution.ts";
import { isFlag } from "../runner/command/placeholders.ts";
import type { TrialOptions } from "../runner/trial-options.ts";
import {
  deviceOptionsOver,
  parseDeviceOptions,
  type DeviceOptions,
} from "../runner/devices/options.ts";
import { leaseForProbe } from "../runner/probe/probe-lease.ts";
import type { Lease } from "../contracts/lease.ts";
import { checkRoles, type StudyRoles } from "../contracts/study-roles.ts";
import type { Runner } from "../contracts/runner.ts";
import { toCondition } from "../space/condition.ts";
import type { Scalar } from "../space/distribution.ts";
import { spaceOf, type Parameter, type SearchSpace } from "../space/search-space.ts";
import { checkFileLimits } from "../study/cleaning/file-limits.ts";
import { stopRulesOf } from "../study/stopping/named-rules.ts";
import { checkDefinition, type StudyDefinition } from "../study/study-definition.ts";
import { parseMeasurement } from "../theory/probe/measurement.ts";
import { theory, type TheoryDeclaration } from "../theory/study/options.ts";
import { distributionOfFile } from "./parameter-distribution.ts";
import { probeOfCommand } from "./probe-of-command.ts";
import type { StudyFileContent } from "./study-file-schema.ts";

/** How a trial's command is run. */
export interface TrialCommand {
  /** What is run for a trial. */
  readonly plan: CommandPlanner;
  readonly metric: CommandMetric;
  /** As the file says it. */
  readonly command: StudyFileContent["command"];
  /** What its trials' processes get beside this one's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface CommandStudy {
  readonly definition: StudyDefinition;
  /** What in the file is likely meant otherwise. */
  readonly doubts: readonly string[];
  /** Without one, another program asks for trials and tells them. */
  readonly command?: TrialCommand;
  /** @throws HpoError without a command */
  readonly makeRunner: (
    workers: number,
    leases?: readonly Lease[],
    options?: TrialOptions,
  ) => Runner;
}

/** @throws HpoError with line and column where the file is wrong; see `studyOfText` */
export const loadStudyYaml = async (
  path: string,
  devices: DeviceOptions = {},
): Promise<CommandStudy> =>
  studyOfText({ text: textOf(path), folder: dirname(path), path }, devices);

function textOf(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof HpoError) throw error;
    throw new HpoError(
      `${path} can't be read: ${(error as Error).message}. Give a study file that this user may read.`,
    );
  }
}

/**
 * @param devices go over the study's own, for a probe
 * @throws HpoError with line and column where the text is wrong.
 */
export async function studyOfText(
  source: StudyText,
  devices: DeviceOptions = {},
): Promise<CommandStudy> {
  const file = parseSource(source);
  const { folder } = source;
  const doubts = doubtsIn(file);
  const content = parseContent(file);
  const { space: spaceContent, strategy, pruner, name, direction, metrics } = content;
  const { trials, until, workers, seed, repeats, maxRestarts, memoryLimit, prior, roles } = content;
  const space = at(file, ["space"], () => spaceOfFile(file, spaceContent ?? {}));
  // Relative to the study file, so that it runs from anywhere.
  const beside = (given: string): string => resolve(folder, given);
  const definition: StudyDefinition = {
    ...deviceOptionsOver(content, {}),
    name,
    direction,
    metrics,
    trials,
    workers,
    seed,
    repeats,
    maxRestarts,
    memoryLimit,
    ...(spaceContent && { space }),
    ...{
      notify: content.notify,
      keepBest: content.keepBest,
      artifactsLimit: content.artifactsLimit,
    },
    trialTimeoutMs: inMs(content.trialTimeoutSeconds),
    silenceMs: inMs(content.silenceSeconds),
    strategy:
      strategy === undefined
        ? undefined
        : await atAsync(file, ["strategy"], () => strategyGiven(strategy, folder)),
    pruner:
      pruner === undefined
        ? undefined
        : await atAsync(file, ["pruner"], () => prunerGiven(pruner, folder)),
    until: until && at(file, ["until"], () => stopRulesOf(until)),
    roles,
    prior:
      prior === undefined
        ? undefined
        : at(file, ["prior"], () =>
            theoryOfFile(prior === "theory" ? {} : (prior.theory ?? {}), folder),
          ),
    artifacts: content.artifacts === undefined ? undefined : beside(content.artifacts),
  };
  for (const key of ["devices", "memoryPerTrial"] as const) {
    at(file, [key], () => parseDeviceOptions({ [key]: content[key] }));
  }
  at(file, ["artifactsLimit"], () => checkFileLimits(name, content));
  if (roles) checkRolesOf(file, roles, definition.space);
  checkFieldsOf(file, definition);
  if (content.command === undefined) {
    const makeRunner = (): never => {
      throw new HpoError(
        `Study ${JSON.stringify(name)} has no command, so that its trials are run elsewhere: hpo study ask and tell, or ` +
          "hpo.study of the Python client. Add command: to have hpo run them.",
      );
    };
    return { definition, doubts, makeRunner };
  }
  if (spaceContent === undefined) {
    at(file, ["command"], () => {
      throw new HpoError("a command needs a space. Add space: with its parameters.");
    });
  }
  const config = { ...commandOf(content, beside), command: content.command };
  const parameters = space.parameters.map((parameter) => parameter.name);
  const namesOf = (is: (distribution: Distribution) => boolean): string[] =>
    space.parameters.filter(({ distribution }) => is(distribution)).map(({ name }) => name);
  const floats = namesOf(({ kind }) => kind === "float");
  at(file, ["cwd"], () => workingDirectory(config.cwd));
  const env = at(file, ["env"], () => commandEnvironment(config.env, parameters));
  const known = { parameters, floats, flags: namesOf(isFlag) };
  const plan = at(file, ["command"], () => commandPlanner(config, known));
  at(file, ["metric"], () => metricReader(content.metric));
  return {
    doubts,
    definition: {
      ...definition,
      probe: async (params) => {
        const { lease, giveBack } = await leaseForProbe(
          {
            ...deviceOptionsOver(devices, content),
            study: name,
            env: { ...process.env, ...env },
            isAutomatic: true,
          },
          (message) => void process.stderr.write(`hpo: ${message}\n`),
        );
        return probeOfCommand({ plan, params, seed: definition.seed, lease, giveBack });
      },
    },
    command: { plan, metric: content.metric, command: content.command, env },
    makeRunner: (slots, leases, { isolation, memoryLimit } = {}) => {
      if (isolation === "thread") {
        throw new HpoError(
          `${file.path ?? name}: isolation "thread" is for objectives in a module; a command always runs in ` +
            "a process of its own. Leave it out.",
        );
      }
      return commandRunner({ ...config, slots, leases, parameters, floats, memoryLimit });
    },
  };
}

/** Each at its own place; then what contradicts each other. */
function checkFieldsOf(file: SourceFile, definition: StudyDefinition): void {
  const { name, metrics } = definition;
  const fields: [string, unknown][] = [["name", name], ...Object.entries(definition)];
  for (const [key, value] of fields) {
    if (value === undefined || key === "roles") continue;
    at(file, [key.replace(/Ms$/, "Seconds")], () => checkDefinition({ name, [key]: value }));
  }
  at(file, [metrics ? "metrics" : "name"], () => checkDefinition(definition));
}

/** Each at its own place. */
function checkRolesOf(file: SourceFile, roles: StudyRoles, space?: SearchSpace): void {
  for (const [role, given] of Object.entries(roles)) {
    if (typeof given === "string") {
      at(file, ["roles", role], () => checkRoles({ [role]: given }, space));
      continue;
    }
    for (const [optimizer, name] of Object.entries(given as Record<string, string>)) {
      const one = { learningRate: { [optimizer]: name } };
      at(file, ["roles", role, optimizer], () => checkRoles(one, space));
    }
  }
}

const inMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

/** The part of a study file that the command runner takes. */
function commandOf(content: StudyFileContent, beside: (path: string) => string) {
  const { graceSeconds } = content;
  return {
    cwd: beside(content.cwd ?? "."),
    env: content.env,
    shell: content.shell,
    metric: content.metric,
    outputLimitMiB: content.outputLimitMiB,
    retries: content.retries,
    retryOn: content.retryOn,
    ...(graceSeconds !== undefined && { graceMs: graceSeconds * 1000 }),
  };
}

function spaceOfFile(file: SourceFile, space: NonNullable<StudyFileContent["space"]>): SearchSpace {
  return spaceOf(
    Object.entries(space).map(([name, parameter]): Parameter => {
      at(file, ["space", name], () => requireParameterName("a parameter's name", name));
      const conditions = Object.entries(parameter.when ?? {}).map(([parent, test]) =>
        toCondition(parent, test as Scalar | readonly Scalar[]),
      );
      const distribution = at(file, ["space", name], () => distributionOfFile(parameter));
      return { name, distribution, conditions };
    }),
  );
}

/** A measurement in a file, as `hpo probe --json` writes it, is relative to the study file. */
function theoryOfFile(given: Record<string, unknown>, folder: string): TheoryDeclaration {
  const { measurement } = given;
  if (typeof measurement !== "string") return theory(given);
  const file = resolve(folder, measurement);
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    if (error instanceof HpoError) throw error;
    throw new HpoError(`prior.theory.measurement: ${(error as Error).message}.`);
  }
  return theory({ ...given, measurement: parseMeasurement(text, file) });
}
