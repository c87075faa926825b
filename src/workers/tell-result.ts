import { HpoError } from "../errors/errors.ts";
import { grouped } from "./outbox.ts";
import type { KeptResult, Result, ResultSpool } from "./result-spool.ts";
import type { Told, WorkSource } from "./work-source.ts";

export type Answered = Told | "handed back";

/** Tells a result in as many messages as it takes. @throws HpoError if it is refused */
export async function tellResult(
  source: WorkSource,
  { held, news, told }: Result,
): Promise<Answered> {
  if (!told) {
    await source.release(held);
    return "handed back";
  }
  const groups = grouped(news);
  const last = groups.pop()!;
  for (const group of groups) await source.report(held, group);
  return source.tell(held, last, told);
}

/** Tells the results that earlier workers left in this folder, the oldest first. */
export async function tellLeft(
  source: WorkSource,
  spool: ResultSpool,
  note: (message: string) => void,
): Promise<void> {
  for (const kept of spool.left()) note(await tellOne(source, kept));
}

async function tellOne(source: WorkSource, kept: KeptResult): Promise<string> {
  const { path, result } = kept;
  const trial = `Trial ${result.held.number}`;
  try {
    const told = await tellResult(source, result);
    kept.drop();
    switch (told) {
      case "handed back":
        return `${trial} is handed back, as an earlier worker meant to.`;
      case "lost":
        return `${trial}'s result of an earlier worker (${path}) comes too late: the trial was given to another one.`;
      case "taken":
      case "already":
        return `${trial}'s result, which an earlier worker kept in ${path}, is told.`;
    }
  } catch (error) {
    if (!(error instanceof HpoError)) throw error;
    return `${trial}'s result of an earlier worker is refused (${error.message}); it stays in ${kept.putAside()}.`;
  }
}
