import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { HpoError } from "../errors/errors.ts";
import { schemaProblems } from "../errors/schema-problems.ts";
import { parseLoosely } from "../runner/command/metric/number-in.ts";
import type { Study } from "../study/study.ts";
import { questionSchema, type StudyQuestion } from "./messages.ts";
import { openedJson, servedStudy, type ServedStudy } from "./served-study.ts";

export interface StdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Opens a study by its name or file, or by what a study file holds. */
  readonly open: (study: string | object) => Promise<Study>;
  /** Opened at once; else the first question is { do: "open" }. */
  readonly study?: string;
}

/**
 * Answers questions about one study, a line of JSON each, one after the other, until the input ends;
 * then trials that were asked for and not told are handed back. What the study notes is told between
 * answers, as { note }. The first line tells of the study once it is open.
 */
export async function serveStdio({ input, output, open, study }: StdioOptions): Promise<void> {
  let served: ServedStudy | undefined;
  const say = (message: object): void => void output.write(`${JSON.stringify(message)}\n`);
  const begin = async (given: string | object): Promise<object> => {
    const opened = await open(given);
    opened.subscribe((event) => {
      if (event.type === "note") say({ note: event.message });
    });
    served = servedStudy(opened);
    return openedJson(opened);
  };
  const answerTo = async (question: StudyQuestion): Promise<unknown> => {
    if (served) return served.answer(question);
    if (question.do === "open") return begin(question.study);
    throw new HpoError(`No study is open. Ask { do: "open", study } before "${question.do}".`);
  };
  try {
    if (study !== undefined) say({ id: null, answer: await begin(study) });
    for await (const line of createInterface({ input })) {
      if (line.trim() !== "") say(await answered(line, answerTo));
    }
  } finally {
    await served?.close();
  }
}

async function answered(
  line: string,
  answerTo: (question: StudyQuestion) => Promise<unknown>,
): Promise<object> {
  let id: unknown = null;
  try {
    const given = jsonOf(line);
    id = (given as { id?: unknown } | null)?.id ?? null;
    refuseProtoKeys(given);
    const parsed = questionSchema.safeParse(given);
    if (!parsed.success) throw new HpoError(schemaProblems(parsed.error, given));
    return { id, answer: (await answerTo(parsed.data)) ?? null };
  } catch (error) {
    // A fault of ours is told, too: the asker waits for a line.
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** The schema would leave such a member out without a word. */
function refuseProtoKeys(given: unknown): void {
  if (typeof given !== "object" || given === null) return;
  if (Object.hasOwn(given, "__proto__")) {
    throw new HpoError('Nothing can be called "__proto__" in a message. Give it another name.');
  }
  for (const member of Object.values(given)) refuseProtoKeys(member);
}

function jsonOf(line: string): unknown {
  try {
    return parseLoosely(line);
  } catch (error) {
    throw new HpoError(`The line is no JSON: ${(error as Error).message}.`, { cause: error });
  }
}
