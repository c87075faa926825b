import { resolve } from "node:path";
import { parse } from "yaml";
import { isIdentity } from "../contracts/identity.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { Strategy, StrategyIdentity } from "../contracts/strategy.ts";
import { HpoError } from "../errors/errors.ts";
import { prunerNames } from "../pruners/index.ts";
import { fileAndExport } from "../runner/worker/module-of.ts";
import { isPartFile, prunerGiven, strategyGiven, type GivenPart } from "../study/parts/own-part.ts";
import { strategyNamed, strategyNames, strategyOf } from "../study/strategy-registry.ts";
import { shellQuote } from "./shell-quote.ts";
import { asUsageAsync, UsageError } from "./usage-error.ts";

/** Each a name, FILE#EXPORT from the working directory, or a map in YAML as in a study file. */
export interface PartFlags {
  readonly strategy?: string;
  readonly pruner?: string;
}

type Flag = "--strategy" | "--pruner";

/**
 * What a flag says, as a study file says it; files from the working directory.
 * @throws UsageError on a map that is no YAML
 */
export function partOfFlag(flag: Flag, text: string): GivenPart {
  if (isPartFile(text)) {
    const { path, exportName } = fileAndExport(resolve(text));
    return { file: path, ...(exportName !== undefined && { export: exportName }) };
  }
  if (!text.includes("{")) return text;
  try {
    return withFiles(parse(text) as GivenPart);
  } catch (error) {
    throw new UsageError(
      `${flag} ${text} is no YAML: ${(error as Error).message.split("\n")[0]} Write a name, or '{ name: …, option: … }'.`,
      { cause: error },
    );
  }
}

/** Its files and those of the parts that it is made of, from the working directory. */
function withFiles(part: GivenPart): GivenPart {
  if (typeof part !== "object" || part === null) return part;
  const { file, strategy, pruner } = part;
  return {
    ...part,
    ...(typeof file === "string" && { file: resolve(file) }),
    ...(strategy !== undefined && { strategy: withFiles(strategy as GivenPart) }),
    ...(pruner !== undefined && { pruner: withFiles(pruner as GivenPart) }),
  };
}

/** The flags as they mean the same from anywhere. */
export const fromAnywhere = ({ strategy, pruner }: PartFlags): PartFlags => ({
  ...(strategy !== undefined && { strategy: flagFromAnywhere("--strategy", strategy) }),
  ...(pruner !== undefined && { pruner: flagFromAnywhere("--pruner", pruner) }),
});

function flagFromAnywhere(flag: Flag, text: string): string {
  if (isPartFile(text)) return resolve(text);
  const part = partOfFlag(flag, text);
  return typeof part === "string" ? part : JSON.stringify(part);
}

/** @throws UsageError on what can't be had */
export async function givenParts(flags: PartFlags): Promise<{
  readonly strategy?: Strategy;
  readonly pruner?: Pruner;
}> {
  const { strategy, pruner } = flags;
  return {
    ...(strategy !== undefined && { strategy: await strategyFrom(strategy) }),
    ...(pruner !== undefined && { pruner: await prunerFrom(pruner) }),
  };
}

const prunerFrom = (text: string): Promise<Pruner> =>
  asUsageAsync(async () => {
    const part = partOfFlag("--pruner", text);
    const given = (): Promise<Pruner> => prunerGiven(part, process.cwd());
    return typeof part === "string" ? named("--pruner", part, prunerNames, given) : given();
  });

/**
 * The strategy of a flag. Where `stored` is one that its user wrote, a file gives its code and the
 * study its options.
 * @throws UsageError on what can't be had
 */
export const strategyFrom = (text: string, stored?: StrategyIdentity): Promise<Strategy> =>
  asUsageAsync(async () => {
    const isOwn = stored !== undefined && strategyOf(stored) === undefined;
    if (isOwn && isPartFile(text)) return strategyGiven(withFile(stored, text), process.cwd());
    const part = partOfFlag("--strategy", text);
    if (typeof part !== "string") return strategyGiven(part, process.cwd());
    return named("--strategy", part, strategyNames, () =>
      Promise.resolve(strategyNamed(part, `--strategy ${part}`)),
    );
  });

/** One by its name; what it lacks is told with how to give it. */
async function named<P>(
  flag: Flag,
  name: string,
  names: readonly string[],
  make: () => Promise<P>,
): Promise<P> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof HpoError) || !names.includes(name)) throw error;
    const map = shellQuote(`{ name: ${name}, OPTION: VALUE }`);
    throw new HpoError(`${error.message} Give its options as ${flag} ${map}.`, { cause: error });
  }
}

/** As a study file gives it, with the file in the place of what is not hpo's. */
function withFile({ name, options = {}, file }: StrategyIdentity, text: string): GivenPart {
  const inner = options["strategy"];
  if (file === undefined && isIdentity(inner)) {
    return { name, ...options, strategy: withFile(inner, text) };
  }
  const { path, exportName } = fileAndExport(resolve(text));
  return { ...options, file: path, ...(exportName !== undefined && { export: exportName }) };
}
