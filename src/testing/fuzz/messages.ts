import { PassThrough } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import type { TrialJson } from "../../export/trial-json.ts";
import type { Rng } from "../../numerics/rng.ts";
import { HpoError } from "../../errors/errors.ts";
import { parseLoosely } from "../../runner/command/metric/number-in.ts";
import { serveStdio } from "../../server/stdio.ts";
import { float, int, searchSpace } from "../../space/index.ts";
import { memoryStorage } from "../../storage/memory.ts";
import { createStudy, openStudy } from "../../study/open-study.ts";
import { chance, hostileNumber, hostileText, pick, slippedText, slippedValue } from "./draw.ts";
import { FuzzFault, requireSame, type Fuzzer } from "./fuzzer.ts";

const space = searchSpace({ lr: float(1e-5, 1, { log: true }), layers: int(1, 8) });

/** What a program says to a study that is served to it: docs/reference/messages.md. */
export const messages: Fuzzer = {
  name: "messages",
  draw(rng) {
    const right = questionDrawn(rng);
    const given = chance(rng, 0.4) ? slippedValue(rng, right) : right;
    const written = JSON.stringify(given);
    const slipped = chance(rng, 0.2) ? slippedText(rng, written) : written;
    const text = slipped.replaceAll(/[\r\n]/g, " ");
    return { text, names: [""], take: () => takeLine(text) };
  },
};

interface Said {
  readonly id?: unknown;
  readonly answer?: unknown;
  readonly error?: string;
  readonly note?: string;
}

/** Two trials are asked for; then comes the line; what it said of trials they hold after it. */
async function takeLine(line: string): Promise<void> {
  const storage = memoryStorage();
  await createStudy({ name: "s", space, strategy: "random" }, { storage });
  const input = new PassThrough();
  const output = new PassThrough();
  const served = serveStdio({
    input,
    output,
    open: async (given) => {
      if (typeof given === "string" && given !== "s")
        throw new HpoError(`No study ${JSON.stringify(given)}.`);
      return openStudy({ name: "s", space, strategy: "random" }, { storage });
    },
  });
  const lines = [
    '{"id": "o", "do": "open", "study": "s"}',
    '{"id": "a", "do": "ask", "count": 2}',
    ...[line, '{"id": "t", "do": "trials"}'],
  ];
  input.end(lines.join("\n"));
  await served;
  output.end();
  const said = (await textOf(output))
    .split("\n")
    .filter((one) => one !== "")
    .map((one) => JSON.parse(one) as Said)
    .filter(({ note }) => note === undefined);
  const isEmpty = line.trim() === "";
  if (said.length !== (isEmpty ? 3 : 4)) throw new FuzzFault(`${said.length} answers of 4`);
  const trials = said.at(-1)!;
  if (trials.id !== "t" || !trials.answer) throw new FuzzFault(`then: ${JSON.stringify(trials)}`);
  if (isEmpty) return;
  const { error, id } = said[2];
  const question = idOf(line);
  if (question !== undefined) requireSame("the id", question, id);
  if (error !== undefined) throw new HpoError(error);
  checkKept(parseLoosely(line) as Question, said[2].answer, trials.answer as TrialJson[]);
}

interface Question {
  readonly do: string;
  readonly number: number;
  readonly params: object;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly trials: readonly { readonly params: object; readonly state: string }[];
}

function idOf(line: string): unknown {
  try {
    return (parseLoosely(line) as { id?: unknown } | null)?.id ?? null;
  } catch {
    return undefined;
  }
}

function checkKept(question: Question, answer: unknown, trials: readonly TrialJson[]): void {
  switch (question.do) {
    case "enqueue":
      return requireSame(
        "the parameters",
        question.params,
        trials.find(({ number }) => number === answer)?.params,
      );
    case "attrs": {
      const { userAttrs } = trials.find(({ number }) => number === question.number)!;
      return requireSame("the attributes", question.attrs, userAttrs);
    }
    case "add":
      return requireSame(
        "the trials",
        question.trials.map(({ params, state }) => [params, state]),
        (answer as number[]).map((number) => [trials[number].params, trials[number].state]),
      );
    case "tell":
      return requireSame(
        "the trial",
        answer,
        trials.find(({ number }) => number === question.number),
      );
    default:
  }
}

const valueDrawn = (rng: Rng): unknown =>
  chance(rng, 0.2) ? pick<unknown>(rng, ["NaN", "Infinity", null]) : rng.uniform();

const paramsDrawn = (rng: Rng): object => ({ lr: 0.1, layers: rng.integer(1, 8) });

function questionDrawn(rng: Rng): object {
  const id = rng.integer(1, 9);
  const number = rng.integer(0, chance(rng, 0.1) ? 2 : 1);
  return pick<() => object>(rng, [
    () => ({ id, do: "ask", count: rng.integer(1, 3) }),
    () => ({ id, do: "suggest", number, name: "wd", distribution: DISTRIBUTION }),
    () => ({ id, do: "report", number, step: rng.integer(0, 9), value: valueDrawn(rng) }),
    () => ({ id, do: "report", number, step: 1, value: 1, log: { norm: valueDrawn(rng) } }),
    () => ({ id, do: "attrs", number, attrs: { [hostileText(rng)]: hostileNumber(rng) } }),
    () => ({ id, do: "tell", number, values: pick(rng, [0.5, [0.5], { value: 0.5 }, "NaN"]) }),
    () => ({ id, do: "tell", number, failure: { reason: "diverged", message: hostileText(rng) } }),
    () => ({ id, do: "tell", number, state: "pruned", constraints: [valueDrawn(rng)] }),
    () => ({ id, do: "release", number }),
    () => ({ id, do: "enqueue", params: paramsDrawn(rng), skipIfExists: chance(rng, 0.5) }),
    () => ({ id, do: "add", trials: [addedDrawn(rng), addedDrawn(rng)] }),
    () => ({ id, do: "best" }),
  ])();
}

const DISTRIBUTION = {
  name: "FloatDistribution",
  attributes: { low: 0, high: 1, log: false, step: null },
};

const addedDrawn = (rng: Rng): object => ({
  params: paramsDrawn(rng),
  ...pick<object>(rng, [
    { state: "complete", values: 0.25 },
    { state: "pruned", reports: [{ step: 1, value: 0.5 }] },
    { state: "failed", failure: { reason: "error", message: "at home" } },
  ]),
});
