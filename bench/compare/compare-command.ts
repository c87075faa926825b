import { writeFile } from "node:fs/promises";
import { HpoError } from "../../src/errors/errors.ts";
import { strategies } from "../../strategies/index.ts";
import { ableContenders } from "./able-contenders.ts";
import { compare, countRuns } from "./compare.ts";
import { parseCount, parseNames, parseSeeds } from "./options.ts";
import { PEER_NAMES, preparePeers, type PeerOptions } from "../peers/peer-group.ts";
import { openTraces } from "../peers/traces.ts";
import { planProblems } from "./plan.ts";
import { startProgress } from "./progress.ts";
import { htmlReport } from "../report/html.ts";
import { resultsJson } from "../report/json.ts";
import { terminalReport } from "../report/terminal.ts";
import { strategyContender } from "./strategy-contender.ts";
import { SUITES } from "./suites.ts";

/** The flags of `compare` as they were given. */
export interface CompareFlags {
  readonly suites: string;
  readonly strategies: string;
  readonly peers: string;
  readonly trials: string;
  readonly seeds: string;
  readonly workers: string;
  readonly tasks?: string;
  readonly data?: string;
  readonly json?: string;
  readonly report?: string;
  readonly freshPeers?: boolean;
  readonly time?: boolean;
}

/** @throws HpoError naming the flag that is wrong */
export async function benchCompareCommand(flags: CompareFlags): Promise<void> {
  const suites = parseNames(
    "--suites",
    flags.suites,
    SUITES.map(({ name }) => name),
  ).map((name) => SUITES.find((suite) => suite.name === name) ?? SUITES[0]);
  const factories = new Map(Object.entries(strategies));
  const named = parseNames("--strategies", flags.strategies, [...factories.keys()]).map((name) =>
    strategyContender(name, factories.get(name) ?? strategies.random),
  );
  const peerNames = parseNames("--peers", flags.peers, PEER_NAMES);
  const trials = parseCount("--trials", flags.trials);
  const workers = parseCount("--workers", flags.workers);
  const seeds = parseSeeds(flags.seeds);
  const plans = await planProblems({ suites, seeds, data: flags.data, tasks: flags.tasks });
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const contenders = await ableContenders(named, plans, trials, say);
  const peerOptions = { trials, workers, traces: openTraces(), mode: modeOf(flags) };
  const peers = await preparePeers(peerNames, plans, peerOptions, say);
  if (contenders.length + peers.names.length === 0) {
    throw new HpoError(
      `--strategies "${flags.strategies}" --peers "${flags.peers}": nothing is left to compare. ` +
        "Name a strategy or a peer that can be run.",
    );
  }
  const progress = startProgress(countRuns(plans, contenders.length, peers.names.length));
  try {
    const options = { suites, strategies: contenders, peers, trials, workers };
    const { results, summaries } = await compare(plans, options, progress);
    progress.end();
    process.stdout.write(`${terminalReport(summaries, process.stdout.isTTY)}\n`);
    if (flags.json !== undefined) await save("--json", flags.json, resultsJson(results));
    if (flags.report !== undefined) {
      await save("--report", flags.report, htmlReport(summaries, results, commandOf(flags)));
    }
  } finally {
    progress.end();
    peers.close();
  }
}

const modeOf = ({ time, freshPeers }: CompareFlags): PeerOptions["mode"] =>
  time ? "timed" : freshPeers ? "fresh" : "kept";

async function save(flag: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HpoError(`${flag} ${path} can't be written (${reason}). Name another file.`);
  }
}

/** The flags as one would type them; files left out, since they say nothing about the numbers. */
const commandOf = (flags: CompareFlags): string =>
  [
    "npm run bench -- compare",
    `--suites ${flags.suites}`,
    `--strategies ${flags.strategies}`,
    ...(flags.peers === "" ? [] : [`--peers ${flags.peers}`]),
    `--trials ${flags.trials} --seeds ${flags.seeds}`,
    ...(flags.tasks === undefined ? [] : [`--tasks "${flags.tasks}"`]),
    ...(flags.workers === "1" ? [] : [`--workers ${flags.workers}`]),
    ...(flags.time ? ["--time"] : []),
  ].join(" ");
