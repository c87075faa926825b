import { resolve } from "node:path";
import { isIdentity } from "../contracts/identity.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { Strategy, StrategyIdentity } from "../contracts/strategy.ts";
import { prunerNamed } from "../pruners/index.ts";
import { fileAndExport } from "../runner/worker/module-of.ts";
import { isPartFile, prunerGiven, strategyGiven, type GivenPart } from "../study/parts/own-part.ts";
import { strategyNamed, strategyOf } from "../study/strategy-registry.ts";
import { asUsage } from "./usage-error.ts";

export interface PartFlags {
  /** A name, or FILE#EXPORT from the working directory. */
  readonly strategy?: string;
  readonly pruner?: string;
}

/** The flags as they mean the same from anywhere. */
export const fromAnywhere = ({ strategy, pruner }: PartFlags): PartFlags => ({
  ...(strategy !== undefined && { strategy: isPartFile(strategy) ? resolve(strategy) : strategy }),
  ...(pruner !== undefined && { pruner: isPartFile(pruner) ? resolve(pruner) : pruner }),
});

/** @throws HpoError, as a wrong use where a name is not known */
export async function givenParts(flags: PartFlags): Promise<{
  readonly strategy?: Strategy;
  readonly pruner?: Pruner;
}> {
  const { strategy, pruner } = flags;
  return {
    ...(strategy !== undefined && { strategy: await strategyFrom(strategy) }),
    ...(pruner !== undefined && {
      pruner: isPartFile(pruner)
        ? await prunerGiven(pruner, process.cwd())
        : asUsage(() => prunerNamed(pruner, `--pruner ${pruner}`)),
    }),
  };
}

/**
 * The strategy of a flag. Where `stored` is one that its user wrote, a file gives its code and the
 * study its options.
 */
export async function strategyFrom(text: string, stored?: StrategyIdentity): Promise<Strategy> {
  if (!isPartFile(text)) return asUsage(() => strategyNamed(text, `--strategy ${text}`));
  const isOwn = stored !== undefined && strategyOf(stored) === undefined;
  return strategyGiven(isOwn ? withFile(stored, text) : text, process.cwd());
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
