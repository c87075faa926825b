import test, { type ExecutionContext } from "ava";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { float, searchSpace } from "../space/index.ts";
import { memoryStorage } from "../storage/memory.ts";
import { openStorage } from "../storage/open-storage.ts";
import { provenanceOf } from "../contracts/provenance.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { createStudy } from "../study/open-study.ts";
import { askingPrograms } from "./asking-programs.ts";
import { PROGRAM_PROTOCOL, PROTOCOL_HEADER } from "./work-protocol.ts";
import { serveWork } from "./work-server.ts";
import type { WorkSource } from "./work-source.ts";

const space = searchSpace({ x: float(0, 1) });
const LEASE_MS = 3000;

/** A served study, and how a program asks it over HTTP. */
async function served(t: ExecutionContext, trials: number, leaseMs?: number) {
  const study = await createStudy({ name: "s", space, trials }, { storage: memoryStorage() });
  const programs = askingPrograms(study, { leaseMs });
  const server = await serveWork({
    ...{ host: "127.0.0.1", port: 0, gate: async () => undefined },
    studies: new Map([["s", {} as WorkSource]]),
    programs: new Map([["s", programs]]),
  });
  let count = 0;
  const ask = async (program: string, question: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/v1/studies/s/do`, {
      method: "POST",
      headers: { [PROTOCOL_HEADER]: String(PROGRAM_PROTOCOL) },
      body: JSON.stringify({ program, question: { id: ++count, ...question } }),
    });
    const said = (await answer.json()) as { readonly answer?: unknown; readonly error?: string };
    if (said.error !== undefined) throw new Error(`${answer.status} ${said.error}`);
    return said.answer;
  };
  let isOver = false;
  const end = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await programs.close();
    await server.close();
  };
  t.teardown(end);
  return { study, ask, end };
}

const numbersOf = (asked: unknown): number[] =>
  (asked as readonly { readonly number: number }[]).map(({ number }) => number);

test("programs ask one study over HTTP, each with its own trials, and never more than its total", async (t) => {
  const { study, ask, end } = await served(t, 3);
  for (const program of ["a", "b"]) {
    t.like(await ask(program, { do: "open", study: "s" }), { name: "s", beatMs: 15_000 });
  }
  t.deepEqual(numbersOf(await ask("a", { do: "ask" })), [0]);
  t.deepEqual(numbersOf(await ask("b", { do: "ask", count: 5 })), [1, 2]);
  t.deepEqual(await ask("a", { do: "ask" }), []);
  t.deepEqual(await ask("a", { do: "report", number: 0, step: 1, value: 1 }), { stop: false });
  await t.throwsAsync(ask("b", { do: "report", number: 0, step: 2, value: 1 }), {
    message: /^400 Trial 0 was not asked for here/,
  });
  await ask("a", { do: "tell", number: 0, values: 0.5 });
  await t.throwsAsync(ask("a", { do: "open", study: "other" }), { message: /"s" is served at/ });
  await t.throwsAsync(ask("a", { do: "dance" }), { message: /^400 .*question/s });
  await end();
  // The trial that b did not tell starts again as it was.
  const again = await study.ask(2);
  t.deepEqual(
    again.map(({ number }) => number),
    [1, 2],
  );
});

test("a question that comes again, as its answer was lost, is answered once", async (t) => {
  const { study, ask, end } = await served(t, 9);
  await ask("a", { do: "open", study: "s" });
  const question = { id: "once", do: "ask" };
  t.deepEqual(await ask("a", question), await ask("a", question));
  t.is(study.counts.running, 1);
  await end();
});

test("a program that is silent loses its trials, and one that beats keeps them", async (t) => {
  const { study, ask, end } = await served(t, 9, LEASE_MS);
  for (const program of ["silent", "beating"]) {
    await ask(program, { do: "open", study: "s" });
    await ask(program, { do: "ask" });
  }
  const gone = async (): Promise<string> => {
    for (;;) {
      await ask("beating", { do: "beat" });
      const [first] = study.trials();
      if (first.systemAttrs["hpo:runner"] === null) return "handed back";
      await sleep(LEASE_MS / 8);
      await study.refresh();
    }
  };
  t.is(await gone(), "handed back");
  await t.throwsAsync(ask("silent", { do: "tell", number: 0, values: 1 }), {
    message: /was silent for 3 s.*Open the study again/,
  });
  t.like(await ask("beating", { do: "tell", number: 1, values: 1 }), { state: "complete" });
  await end();
});

test("a program's trials say where it runs, and nothing of the coordinator's machine", async (t) => {
  const storage = await openStorage(join(await tempFolder(t), "hpo.db"));
  t.teardown(() => storage.close());
  const study = await createStudy({ name: "s", space }, { storage });
  const programs = askingPrograms(study);
  t.teardown(() => programs.close());
  const there = { host: "gpu-7", platform: "linux-x86_64", versions: { python: "3.13.1" } };
  await programs.answer("told", { id: 1, do: "open", study: "s", provenance: there });
  await programs.answer("silent", { id: 1, do: "open", study: "s" });
  for (const program of ["told", "silent"]) {
    await programs.answer(program, { id: 2, do: "ask", count: 1 });
  }
  t.deepEqual(study.trials().map(provenanceOf), [there, undefined]);
});
