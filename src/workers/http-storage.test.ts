import test from "ava";
import type { RunningTrial } from "../contracts/trial.ts";
import { HpoError, StorageError } from "../errors/errors.ts";
import { float, searchSpace } from "../space/index.ts";
import { memoryStorage } from "../storage/memory.ts";
import { openStudy } from "../study/open-study.ts";
import { defineStudy } from "../study/study-definition.ts";
import { viewStudy } from "../study/study-view.ts";
import { coordinate } from "./coordinator.ts";
import { definitionFacts } from "./definition-facts.ts";
import type { Present } from "./heard-workers.ts";
import { httpSource } from "./http-source.ts";
import { httpStorage } from "./http-storage.ts";
import { studyStatus } from "./study-status.ts";
import type { SteerCall } from "./steer-call.ts";
import { tokenGate } from "./tokens/token-gate.ts";
import { createToken, revokeToken } from "./tokens/tokens.ts";
import type { ClaimAnswer } from "./work-source.ts";
import { serveWork } from "./work-server.ts";

const NAME = "odd / näme?#%";
const definition = defineStudy({
  name: NAME,
  space: searchSpace({ x: float(1e-3, 1, { log: true }) }),
  objective: (trial) => {
    trial.report(NaN, 0);
    if (trial.number === 2) throw new Error("no");
    return trial.params.x;
  },
});

test("tokens open what their scope says, and a reader sees all that is stored", async (t) => {
  const storage = memoryStorage();
  const study = await openStudy(definition, { storage });
  await study.optimize({ trials: 4, catch: true });
  const source = await coordinate(study, {
    definition: definitionFacts(definition),
    total: 5,
    ...{ waitMs: 20, leaseMs: 400 },
  });
  t.teardown(() => source.close());
  const server = await serveWork({
    studies: new Map([[NAME, source]]),
    ...{ host: "127.0.0.1", port: 0, storage },
    gate: tokenGate(storage, false),
  });
  t.teardown(() => server.close());
  const place = `http://127.0.0.1:${server.port}/behind/a/proxy`;
  const [read, work, admin, ended] = [
    await createToken(storage, NAME, "read", undefined),
    await createToken(storage, NAME, "work", 60_000),
    await createToken(storage, NAME, "admin", undefined),
    await createToken(storage, NAME, "admin", 1),
  ];
  const worker = (token: string | undefined) =>
    httpSource({ url: new URL(`${place}/${encodeURIComponent(NAME)}`), token, note: t.log });

  const remote = httpStorage(place, read);
  const [summary] = await remote.listStudies();
  t.deepEqual([summary.name, summary.counts.complete], [NAME, 3]);
  t.false(JSON.stringify(summary).includes("hash"), "tokens' hashes stay where they are");
  const [view, here] = [await viewStudy(NAME, remote), await viewStudy(NAME, storage)];
  t.deepEqual(view.trials(), here.trials());
  t.deepEqual(view.bestTrials, here.bestTrials);
  t.deepEqual(view.space, here.space);

  for (const [query, told] of [
    ["trials?detail=all", 'detail="all" must be one of outline, brief, space, search.'],
    ["trials?from=x", 'from="x" must be an integer ≥ 0.'],
    ["numbered?numbers=1,-2", "numbers=-2 must be an integer ≥ 0."],
  ] as const) {
    const answer = await fetch(`${place}/v1/studies/${encodeURIComponent(NAME)}/${query}`, {
      headers: { authorization: `Bearer ${read}` },
    });
    t.is(answer.status, 400);
    t.deepEqual(await answer.json(), { error: told });
  }

  const slot = { worker: "w", slot: "0", host: "h" };
  await t.throwsAsync(worker(read).claim(slot), {
    instanceOf: HpoError,
    message: /needs a token of scope work, and this token's scope is read.*--scope work/,
  });
  const claimed = await worker(work).claim(slot);
  t.true("lease" in claimed);
  await view.refresh();
  t.is(view.counts.running, 1, "what changed meanwhile");
  await storage.beat("w");
  const signs = await remote.readSigns(["w"]);
  t.deepEqual([...signs.keys()], ["w"]);
  // A worker that waits for its first trial is known to the coordinator alone.
  let present: Present;
  do {
    await source.beat("w", []);
    const idle = worker(work).claim({ worker: "idle", slot: "0", host: "far" });
    present = await remote.present(NAME);
    t.like(await idle, { none: "wait" });
  } while (present.workers.length < 2);
  const { counts, finished } = view;
  const running = view.trials("running") as readonly RunningTrial[];
  const status = studyStatus(
    { name: NAME, counts, finished, running },
    { signs, present },
    new Date(),
  );
  t.deepEqual(
    status.workers.map(({ worker: id, host, running: held }) => [id, host, held]),
    [
      ["w", "h", 1],
      ["idle", "far", 0],
    ],
  );
  t.is(status.idle, 1);
  t.true(status.oldestSignMs! <= present.leaseMs);

  const requeue: SteerCall = { do: "requeue", numbers: [4], force: true };
  await t.throwsAsync(httpStorage(place, work).steer(NAME, requeue), {
    message: /needs a token of scope admin, and this token's scope is work/,
  });
  await httpStorage(place, admin).steer(NAME, requeue);
  let again: ClaimAnswer;
  do again = await worker(work).claim({ ...slot, slot: "1" });
  while ("none" in again);
  t.like(again, { number: 4 }, "it was handed back");
  await t.throwsAsync(httpStorage(place, admin).steer(NAME, { do: "cancel", numbers: [4] }), {
    message: /trial 4 is running/,
  });

  for (const token of [ended, "hpo_other"]) {
    await t.throwsAsync(httpStorage(place, token).listStudies(), {
      message: /scope read, and this token is none of its own, was taken back, or has ended/,
    });
  }
  // For this machine alone, a study that never had a token is open; one whose tokens were all
  // revoked is not.
  const gate = tokenGate(storage, true);
  await storage.createStudy({ name: "open", directions: ["minimize"] });
  t.is(await gate("open", undefined, "work"), undefined);
  const last = await createToken(storage, "open", "work", undefined);
  await revokeToken(storage, "open", last.slice(0, 10));
  t.like(await tokenGate(storage, true)("open", undefined, "work"), { status: 401 });
  await t.throwsAsync(httpStorage(place, undefined).findStudy(NAME), {
    message: /no token was shown/,
  });
  await t.throwsAsync(remote.renameStudy(1, "x"), {
    instanceOf: StorageError,
    message: /looked at/,
  });
  await t.throwsAsync(httpStorage("http://127.0.0.1:1", read).listStudies(), {
    instanceOf: StorageError,
    message: /can't be reached.*hpo study serve/,
  });
});
