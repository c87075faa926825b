import { setTimeout as sleep } from "node:timers/promises";
import { LEASE_MS } from "../contracts/trial-lease.ts";
import { HpoError } from "../errors/errors.ts";
import type { StudyQuestion, StudyQuestionOf } from "../server/messages.ts";
import { openedJson, servedStudy, type ServedStudy } from "../server/served-study.ts";
import { engineOf } from "../study/study-internals.ts";
import type { Study } from "../study/study.ts";

/** Programs elsewhere that ask, report and tell by themselves, each with trials of its own. */
export interface AskingPrograms {
  /** @param program the program's id @throws HpoError that says what is wrong with the question */
  answer(program: string, question: StudyQuestion): Promise<unknown>;
  /** Resolves once none of them has the study open: each has closed it, or was silent for too long. */
  allClosed(): Promise<void>;
  /** Hands back the trials that programs still hold, which start again as they were. */
  close(): Promise<void>;
}

export interface AskingOptions {
  /** How many trials the study is to have in all. */
  readonly total?: number;
  /** After how long a silence a program's trials are handed back. Default: a minute. */
  readonly leaseMs?: number;
}

const LOOK_MS = 500;

interface Program {
  readonly served: ServedStudy;
  heardAt: number;
  /** The last question: if its answer is lost and it is asked again, it gets the same answer. */
  last?: { readonly id: unknown; readonly answer: Promise<unknown>; isAnswered: boolean };
}

/**
 * Lets programs elsewhere ask an open study; `open` tells each how often to be heard (`beatMs`).
 */
export function askingPrograms(study: Study, options: AskingOptions = {}): AskingPrograms {
  const { total, leaseMs = LEASE_MS } = options;
  const programs = new Map<string, Program>();

  const begin = async (
    id: string,
    { study: name, provenance }: StudyQuestionOf<"open">,
  ): Promise<object> => {
    if (name !== study.name) {
      throw new HpoError(
        `Study ${JSON.stringify(name)} is not this one: ${JSON.stringify(study.name)} is served at this URL.`,
      );
    }
    const before = programs.get(id);
    programs.set(id, {
      served: servedStudy(study, { total, provenance: provenance ?? null }),
      heardAt: performance.now(),
    });
    await before?.served.close();
    return { ...openedJson(study), beatMs: leaseMs / 4 };
  };

  const ask = (program: Program, question: StudyQuestion): Promise<unknown> => {
    const { last } = program;
    if (last && last.id === question.id) return last.answer;
    const asked = { id: question.id, answer: program.served.answer(question), isAnswered: false };
    program.last = asked;
    const answered = (): void => {
      asked.isAnswered = true;
      program.heardAt = performance.now();
    };
    asked.answer.then(answered, answered);
    return asked.answer;
  };

  const looking = setInterval(() => {
    const now = performance.now();
    for (const [id, { served, heardAt, last }] of programs) {
      if (last?.isAnswered === false || now - heardAt <= leaseMs) continue;
      programs.delete(id);
      served.close().catch((error: Error) => engineOf(study).note(error.message));
    }
  }, leaseMs / 4);
  looking.unref();

  return {
    async answer(id, question) {
      if (question.do === "open") return begin(id, question);
      const program = programs.get(id);
      if (program) {
        program.heardAt = performance.now();
        // A heartbeat may come while a question is being answered, whose place it must not take.
        if (question.do === "beat") return null;
        if (question.do === "close") programs.delete(id);
        return ask(program, question);
      }
      throw new HpoError(
        `This program was silent for ${leaseMs / 1000} s, or the coordinator was started again: its ` +
          "trials were handed back. Open the study again, and ask.",
      );
    },
    async allClosed() {
      while (programs.size > 0)
        await sleep(Math.min(LOOK_MS, leaseMs / 4), undefined, { ref: false });
    },
    async close() {
      clearInterval(looking);
      const all = [...programs.values()];
      programs.clear();
      await Promise.all(all.map(({ served }) => served.close()));
    },
  };
}
