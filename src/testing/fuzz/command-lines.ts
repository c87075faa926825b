import { readdirSync, readFileSync, rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Argument, Command, Option } from "commander";
import { hpoHere } from "../../cli/fixtures/hpo-here.ts";
import { createProgram } from "../../cli/program.ts";
import { allCommands } from "../../cli/root-command.ts";
import { parseParams } from "../../cli/parse-params.ts";
import type { TrialJson } from "../../export/trial-json.ts";
import { HpoError } from "../../errors/errors.ts";
import type { Rng } from "../../numerics/rng.ts";
import { float, int, searchSpace } from "../../space/index.ts";
import { memoryStorage } from "../../storage/memory.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { loadSqlite } from "../../storage/sql/sqlite/sqlite-driver.ts";
import { copyStudy } from "../../study/manage-studies.ts";
import { createStudy } from "../../study/open-study.ts";
import { chance, hostileNumber, hostileText, manyDrawn, pick } from "./draw.ts";
import { FuzzFault, requireSame, type Fuzzer } from "./fuzzer.ts";

/** They run trials, wait for others, or ask the machine or a cluster: not thousands of times. */
const LEFT_OUT = [
  ...["run", "resume", "work", "confirm", "serve", "check", "probe", "devices"],
  // Drawn by themselves: their lines and files.
  ...["tune", "scale", "mcp", "launch"],
];
const pathOf = (command: Command): string[] =>
  command.parent ? [...pathOf(command.parent), command.name()] : [];
const commands = allCommands(createProgram()).filter(
  (command) =>
    command.commands.length === 0 && !pathOf(command).some((name) => LEFT_OUT.includes(name)),
);
const database = await databaseWithTrials();

/** Command lines of `hpo` on a study that is there. */
export const commandLines: Fuzzer = {
  name: "commands",
  draw(rng, folder) {
    const command = pick(rng, commands);
    const words = wordsDrawn(rng, command).map((word) => word.replaceAll("\u0000", ""));
    return {
      text: `hpo ${words.map((word) => JSON.stringify(word)).join(" ")}`,
      // What is there and wrong, or what is missing.
      names: [
        ...words.flatMap((word) => [word, word.split("=")[0]]).filter((word) => word !== ""),
        ...command.registeredArguments.map((one) => one.name()),
        ...command.options.map(({ long, short }) => long ?? short!),
      ],
      take: () => takeWords(words, folder),
    };
  },
};

async function takeWords(words: readonly string[], folder: string): Promise<void> {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "hpo.db"), database);
  const { code, out, err } = await hpoHere(folder, words);
  if (code !== 0) {
    if (code !== 1 && code !== 2) throw new FuzzFault(`it ends with ${code}: ${err}`);
    throw new HpoError(err);
  }
  // With --out it is what the file holds.
  if (words.includes("--json") && !words.includes("--out")) requireJson(out);
  const params = words.slice(3).filter((word) => /^\w+=/.test(word));
  if (words[1] === "enqueue" && params.length === words.length - 3) {
    const { out: all } = await hpoHere(folder, ["study", "trials", words[2], "--json"]);
    const queued = (JSON.parse(all) as TrialJson[]).at(-1);
    requireSame("the queued parameters", parseParams(params), queued?.params);
  }
}

function requireJson(out: string): void {
  try {
    JSON.parse(out);
  } catch (error) {
    throw new FuzzFault(`--json printed no JSON (${(error as Error).message}): ${out}`);
  }
}

async function databaseWithTrials(): Promise<Uint8Array> {
  const storage = memoryStorage();
  const space = searchSpace({ lr: float(1e-5, 1, { log: true }), layers: int(1, 8) });
  const study = await createStudy({ name: "s", space, strategy: "random" }, { storage });
  await study.optimize(
    (trial) => {
      for (let step = 1; step <= 3; step++) trial.report(trial.params.lr / step, step);
      return trial.params.lr;
    },
    { trials: 6 },
  );
  await study.enqueue({ lr: 0.1, layers: 2 });
  await study.enqueue({ lr: 0.2, layers: 3 });
  const folder = mkdtempSync(join(tmpdir(), "hpo-fuzz-"));
  const path = join(folder, "hpo.db");
  const to = await openStorage(path);
  await copyStudy("s", "s", { storage, to });
  await to.close();
  // All in the one file, as it is once the process that wrote it has ended.
  const whole = (await loadSqlite())(path, { timeout: 1000 });
  whole.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  whole.close();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return bytes;
}

function wordsDrawn(rng: Rng, command: Command): string[] {
  const given = command.registeredArguments.flatMap((one) => argumentDrawn(rng, one));
  const options = command.options.filter(({ long }) => !WAITING.includes(long ?? ""));
  const flags = manyDrawn(rng, 0, options.length > 0 ? 2 : 0, () =>
    flagDrawn(rng, pick(rng, options)),
  );
  const words = [...pathOf(command), ...given, ...flags.flat()];
  if (chance(rng, 0.1)) words.splice(rng.integer(0, words.length), 1);
  if (chance(rng, 0.1)) words.splice(rng.integer(1, words.length), 0, hostileText(rng));
  return words;
}

/** They go on until they are interrupted, or go elsewhere. */
const WAITING: readonly string[] = ["--follow", "--watch", "--storage", "--url"];

const anyWord = (rng: Rng): string =>
  chance(rng, 0.5) ? hostileText(rng) : String(hostileNumber(rng));

function argumentDrawn(rng: Rng, argument: Argument): string[] {
  const { variadic, required } = argument;
  if (!required && chance(rng, 0.5)) return [];
  const words = RIGHT[argument.name()] ?? ["s", "1"];
  const one = (): string => (chance(rng, 0.12) ? anyWord(rng) : pick(rng, words));
  return variadic ? manyDrawn(rng, 1, 2, one) : [one()];
}

const RIGHT: Readonly<Record<string, readonly string[]>> = {
  name: ["s"],
  number: ["0", "1", "6", "7"],
  numbers: ["0", "1", "6", "7"],
  trial: ["0", "6"],
  params: ["lr=0.1", "layers=3", "lr=1e-3"],
  values: ["0.5", "nan"],
  kind: ["history", "ts", "python"],
};

function flagDrawn(rng: Rng, option: Option): string[] {
  const flag = option.long ?? option.short!;
  if (!option.required && !option.optional) return [flag];
  const choices = option.argChoices ?? ["1", "3", "lr", "out.txt", "json", "tpe", "0.5"];
  return [flag, chance(rng, 0.25) ? anyWord(rng) : pick(rng, choices)];
}
