import { parentPort, workerData } from "node:worker_threads";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { strategyAgain } from "../parts/own-part.ts";
import { versionsOf } from "../study-version.ts";
import type { SuggestionRequest } from "./request.ts";
import { suggesterOf } from "./suggester-of.ts";
import type { FromSuggester, SuggesterSpec, ToSuggester } from "./suggester-thread.ts";

/* The thread of `SuggesterThread`: it answers requests, and learns what finished before each. */

const { strategy, version, directions, repeats } = workerData as SuggesterSpec;
const [stored] = versionsOf({ [ATTRIBUTE.versions]: [version] });
const making = strategyAgain(strategy).then((made) =>
  suggesterOf(stored, { strategy: made, directions, repeats }),
);
const known: FinishedTrial[] = [];

async function answerTo(request: SuggestionRequest): Promise<FromSuggester> {
  const { number, pending, excluded, seen } = request;
  try {
    const suggester = await making;
    return { suggestion: suggester.suggest(number, known, seen.finished, pending, excluded) };
  } catch (error) {
    return { error: String((error as Error).message) };
  }
}

parentPort!.on("message", ({ finished, request }: ToSuggester) => {
  known.push(...finished);
  if (request) void answerTo(request).then((answer) => parentPort!.postMessage(answer));
});
