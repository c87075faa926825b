import type { Storage } from "../contracts/storage.ts";
import { trialToJson } from "../export/trial-json.ts";
import { spaceToJson } from "../space/space-json.ts";
import { importanceOf } from "../study/study-importance.ts";
import { engineOf } from "../study/study-internals.ts";
import { listStudies } from "../study/manage-studies.ts";
import { loadStudy } from "../study/load-study.ts";
import { viewStudy } from "../study/study-view.ts";
import { z } from "../vendor/zod.ts";
import type { McpTool } from "./protocol.ts";

const study = z.string().min(1).describe("A study's name, as list_studies gives it.");
const named = z.strictObject({ study });
/** An asked trial that is not told by then counts as lost. */
const EXPIRES_MS = 24 * 3_600_000;

/** Ties what a tool is called with to what it takes. */
const tool = <Input extends z.ZodType>(
  given: Omit<McpTool, "input" | "call"> & {
    readonly input: Input;
    readonly call: (input: z.output<Input>) => unknown;
  },
): McpTool => given;

/**
 * What a model may do with the studies of a storage. Names alone: nothing opens a file or runs a command.
 * @param isReadOnly without those that ask for trials and tell them
 */
export function studyTools(storage: Storage, isReadOnly: boolean): readonly McpTool[] {
  const view = (name: string) => viewStudy(name, storage, { space: true });
  const tools = [
    tool({
      name: "list_studies",
      description: "All studies, with how many trials are in which state.",
      input: z.strictObject({}),
      isReadOnly: true,
      call: async () =>
        (await listStudies({ storage })).map(({ name, directions, counts }) => ({
          name,
          directions,
          trials: counts,
        })),
    }),
    tool({
      name: "study",
      description: "A study's metrics, search space, strategy and trials by state.",
      input: named,
      isReadOnly: true,
      call: async ({ study: name }) => {
        const { directions, metricNames = null, space, version, counts } = await view(name);
        const { strategy, seed } = version;
        return {
          name,
          directions,
          metricNames,
          strategy,
          seed,
          space: spaceToJson(space),
          trials: counts,
        };
      },
    }),
    tool({
      name: "best",
      description: "The best trial; with several metrics those that no other one beats in all.",
      input: named,
      isReadOnly: true,
      call: async ({ study: name }) => (await view(name)).bestTrials.map(trialToJson),
    }),
    tool({
      name: "trials",
      description: "The newest trials of a study, with their reports.",
      input: z.strictObject({
        study,
        limit: z.int().min(1).default(20).describe("How many at most."),
      }),
      isReadOnly: true,
      call: async ({ study: name, limit }) =>
        (await view(name)).trials().slice(-limit).map(trialToJson),
    }),
    tool({
      name: "importance",
      description: "Which parameters matter, as shares that sum to 1.",
      input: z.strictObject({
        study,
        metric: z.string().optional().describe("Which metric, where there are several."),
      }),
      isReadOnly: true,
      call: async ({ study: name, metric }) =>
        importanceOf(await view(name), metric === undefined ? {} : { metric }),
    }),
    tool({
      name: "ask",
      description: "Starts a trial: the parameters to try next. Run them, then end it with tell.",
      input: named,
      isReadOnly: false,
      call: async ({ study: name }) => {
        const opened = await loadStudy(name, { storage });
        const expires = new Date(Date.now() + EXPIRES_MS);
        const [trial] = await engineOf(opened).ask(1, { expires, total: opened.trialBudget });
        return trial ? { number: trial.number, params: trial.params, seed: trial.seed } : null;
      },
    }),
    tool({
      name: "tell",
      description: "Ends an asked trial with its metric, or its metrics in the study's order.",
      input: z.strictObject({
        study,
        number: z.int().min(0).describe("The trial's number, as ask gave it."),
        values: z.array(z.number()).min(1).describe("The metric, or all of them."),
      }),
      isReadOnly: false,
      call: async ({ study: name, number, values }) => {
        const opened = await loadStudy(name, { storage });
        return trialToJson(await opened.tell(number, values));
      },
    }),
  ];
  return isReadOnly ? tools.filter((one) => one.isReadOnly) : tools;
}
