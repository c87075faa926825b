import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { identityOf, isIdentity } from "../../contracts/identity.ts";
import { isPruner, isStrategy, type StrategyOrPruner } from "../../contracts/part.ts";
import type { Pruner, PruneContext } from "../../contracts/pruner.ts";
import type { Strategy, StrategyIdentity } from "../../contracts/strategy.ts";
import { mustBe } from "../../errors/checks.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import { prunerNames, prunerOf } from "../../pruners/index.ts";
import { importModule } from "../../runner/worker/load-objective.ts";
import { fileAndExport } from "../../runner/worker/module-of.ts";
import { partHint, strategyNames, strategyOf } from "../strategy-registry.ts";

/** A name; or a map with a name or a file, and options. */
export type GivenPart = string | Readonly<Record<string, unknown>>;

interface Kind<P extends StrategyOrPruner> {
  readonly word: "strategy" | "pruner";
  readonly names: readonly string[];
  readonly of: (identity: StrategyIdentity) => P | undefined;
  readonly is: (value: unknown) => value is P;
  /** The members that it must have, for errors. */
  readonly shape: string;
  /** A plain copy that delegates to the part's methods, which may be those of a class. */
  readonly copy: (part: P) => P;
}

const STRATEGY: Kind<Strategy> = {
  word: "strategy",
  names: strategyNames,
  of: strategyOf,
  is: isStrategy,
  shape: "{ name, init, observe, suggest }",
  copy: (part) => ({
    ...factsOf(part),
    init: (context) => part.init(context),
    observe: (state, trial) => part.observe(state, trial),
    suggest: (state, context) => part.suggest(state, context),
  }),
};

const PRUNER: Kind<Pruner> = {
  word: "pruner",
  names: prunerNames,
  of: prunerOf,
  is: isPruner,
  shape: "{ name, init, observe, shouldPrune }",
  copy: (part) => ({
    ...factsOf(part),
    init: () => part.init(),
    observe: (state, trial) => part.observe(state, trial),
    shouldPrune: (state, context) => part.shouldPrune(state, context),
    ...(part.judge && {
      judge: (state: unknown, context: PruneContext) => part.judge!(state, context),
    }),
  }),
};

const factsOf = ({ name, options, revision, changes }: StrategyOrPruner) => ({
  name,
  ...(options && { options }),
  ...(revision !== undefined && { revision }),
  ...(changes && { changes }),
});

/**
 * A strategy as a study file or the command line gives it: hpo's own by its name, or that of a file,
 * relative to `folder`.
 * @throws HpoError naming the file, its export or the name that is wrong
 */
export const strategyGiven = (given: GivenPart, folder: string): Promise<Strategy> =>
  partGiven(STRATEGY, given, folder);

/**
 * Whether a thread can make the strategy again: it is from a file, or has the code of hpo's own.
 */
export function canBeMadeAgain(strategy: Strategy): boolean {
  if (strategy.file !== undefined) return true;
  const hpos = strategyOf(identityOf(strategy));
  return hpos !== undefined && codeOf(hpos) === codeOf(strategy);
}

const codeOf = (strategy: Strategy): string =>
  ["init", "observe", "suggest"].map((method) => String(Reflect.get(strategy, method))).join();

/**
 * A strategy made again by what is kept of it, its file loaded anew.
 * @throws HpoError if it is neither hpo's own nor from a file
 */
export async function strategyAgain({
  name,
  options = {},
  file,
}: StrategyIdentity): Promise<Strategy> {
  if (file !== undefined) {
    const { path, exportName } = fileAndExport(file);
    const given = { file: path, export: exportName };
    // The options may describe the strategy without being its export's arguments: then it takes
    // none.
    return strategyGiven({ ...options, ...given }, "").catch(() => strategyGiven(given, ""));
  }
  const inner = options["strategy"];
  const made = isIdentity(inner) ? { ...options, strategy: await strategyAgain(inner) } : options;
  return registered(STRATEGY, name, made);
}

/** As `strategyGiven`. */
export const prunerGiven = (given: GivenPart, folder: string): Promise<Pruner> =>
  partGiven(PRUNER, given, folder);

/** Whether a text on the command line means a file, rather than a name or a map. */
export const isPartFile = (text: string): boolean =>
  !/^\s*\{/.test(text) && /[/\\]|\.[cm]?[jt]s(#|$)/.test(text);

async function partGiven<P extends StrategyOrPruner>(
  kind: Kind<P>,
  given: GivenPart,
  folder: string,
): Promise<P> {
  if (typeof given === "string") {
    if (!isPartFile(given)) return registered(kind, given, {});
    const { path, exportName } = fileAndExport(resolve(folder, given));
    return fromFile(kind, path, exportName, {});
  }
  const { name, file, export: exportName, ...options } = given;
  if (typeof file === "string" && name === undefined) {
    const own = fileAndExport(resolve(folder, file));
    const named = (exportName as string | undefined) ?? own.exportName;
    return fromFile(kind, own.path, named, options);
  }
  if (file !== undefined || typeof name !== "string") {
    throw new HpoError(
      `Give the ${kind.word} as a name of hpo's, { name: …, options }, or as a file of your own, ` +
        "{ file: ./mine.ts, export: mine, options }, not both.",
    );
  }
  const rest = exportName === undefined ? options : { ...options, export: exportName };
  const inner = rest[kind.word];
  if (typeof inner !== "string" && (typeof inner !== "object" || inner === null)) {
    return registered(kind, name, rest);
  }
  const resolved = await partGiven(kind, inner as GivenPart, folder);
  return registered(kind, name, { ...rest, [kind.word]: resolved });
}

function registered<P extends StrategyOrPruner>(
  { word, of }: Kind<P>,
  name: string,
  options: Readonly<Record<string, unknown>>,
): P {
  const part = of({ name, options });
  if (part) return part;
  throw new HpoError(`There is no ${word} "${name}". ${partHint(word, name)}`);
}

async function fromFile<P extends StrategyOrPruner>(
  kind: Kind<P>,
  path: string,
  named: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Promise<P> {
  if (!existsSync(path)) {
    throw new HpoError(
      `There is no file ${path} with a ${kind.word}. Correct the path; names of hpo's own are ` +
        `${kind.names.slice(0, 3).join(", ")}, ….`,
    );
  }
  const module = await importModule(pathToFileURL(path).href);
  const exportName = named ?? onlyExport(kind, module, path);
  const place = `${path}#${exportName}`;
  const exported = module[exportName];
  if (exported === undefined) {
    const names = Object.keys(module).filter((name) => isMaker(kind, module[name]));
    throw new HpoError(`${path} exports no "${exportName}". ${didYouMean(exportName, names)}`);
  }
  const hasOptions = Object.keys(options).length > 0;
  if (kind.is(exported) && hasOptions) {
    throw new HpoError(
      `${place} is a ${kind.word}, and no function that makes one of options, but it was given ` +
        `${Object.keys(options).join(", ")}. Export a function, or drop the options.`,
    );
  }
  const make = exported as (options?: unknown) => unknown;
  const part = typeof exported === "function" ? make(hasOptions ? options : undefined) : exported;
  if (!kind.is(part) || typeof part.name !== "string" || part.name === "") {
    const wanted = `a ${kind.word}, ${kind.shape}, or a function that returns one`;
    throw mustBe(place, part, wanted);
  }
  // Its own options come last, and replace those that it was made with.
  return { ...(hasOptions && { options }), ...kind.copy(part), file: place };
}

const isMaker = ({ is }: Pick<Kind<StrategyOrPruner>, "is">, value: unknown): boolean =>
  typeof value === "function" || is(value);

/** @throws HpoError unless there is a default export, or just one that may be meant */
function onlyExport(
  kind: Pick<Kind<StrategyOrPruner>, "word" | "is" | "shape">,
  module: Readonly<Record<string, unknown>>,
  path: string,
): string {
  if (module["default"] !== undefined) return "default";
  const names = Object.keys(module).filter((name) => isMaker(kind, module[name]));
  if (names.length === 1) return names[0];
  throw new HpoError(
    names.length === 0
      ? `${path} exports no ${kind.word}. Export one, ${kind.shape}, or a function that makes one.`
      : `${path} exports ${names.join(", ")}. Say which is the ${kind.word}: ${path}#${names[0]}, ` +
          `or in a study file export: ${names[0]}.`,
  );
}
