import { type ExecutionContext } from "ava";
import { join } from "node:path";
import { random } from "../../../../strategies/index.ts";
import type { Objective } from "../../../contracts/objective.ts";
import { inlineRunner } from "../../../runner/inline.ts";
import { float, searchSpace } from "../../../space/index.ts";
import { openStorage } from "../../../storage/open-storage.ts";
import { openStudy } from "../../../study/open-study.ts";
import { optimize } from "../../../study/optimize.ts";
import { defineStudy } from "../../../study/study-definition.ts";
import { engineOf } from "../../../study/study-internals.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { coordinate } from "../../coordinator.ts";
import { definitionFacts } from "../../definition-facts.ts";
import { httpSource } from "../../http-source.ts";
import { RemoteStudy } from "../../remote-study.ts";
import { serveWork } from "../../work-server.ts";
import type { Claimed } from "../../work-source.ts";
import { fileClient } from "../file-client.ts";
import { heldPlace } from "../file-routes.ts";
import { filesSource } from "../files-source.ts";
import { studyFileStore } from "../study-file-store.ts";
import type { UploadLimits } from "../upload-budget.ts";

export const farStudy = defineStudy({
  ...{ name: "far / away", space: searchSpace({ x: float(0, 1) }), strategy: random() },
});
export const HUGE: UploadLimits = { bytesPerTrial: 1e9, bytesPerStudy: 1e9 };

/** A study of three trials at a coordinator that keeps files, and workers that run it. */
export async function servedFolder(t: ExecutionContext, limits = HUGE, total = 3) {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"));
  t.teardown(() => storage.close());
  const study = await openStudy(farStudy, { storage });
  const { folders } = engineOf(study).state.parts;
  const store = studyFileStore(study, limits);
  const facts = definitionFacts(farStudy);
  const source = await coordinate(study, { definition: facts, total, waitMs: 20, files: store.id });
  const place = async (number: number, lease: string) =>
    heldPlace(await source.find({ number, lease }), lease);
  const server = await serveWork({
    ...{ studies: new Map([[farStudy.name, source]]), host: "127.0.0.1", port: 0 },
    gate: async () => undefined,
    files: new Map([[farStudy.name, { store, place }]]),
  });
  t.teardown(() => server.close());
  const url = new URL(`http://127.0.0.1:${server.port}/${encodeURIComponent(farStudy.name)}`);
  const end = new AbortController();
  t.teardown(() => end.abort());
  const client = fileClient({ url, signal: end.signal });
  const notes: string[] = [];
  const worker = (name: string) => {
    const own = join(folder, name);
    const note = (message: string): void => void notes.push(message);
    const files = filesSource(httpSource({ url, note: t.log }), {
      client,
      folder: own,
      note,
      followMs: 20,
    });
    const remote = new RemoteStudy({
      ...{ source: files, definition: farStudy, folder: own, note: t.log, worker: name },
    });
    t.teardown(() => remote.close());
    return { remote, own, source: files };
  };
  const run = async (name: string, objective: Objective): Promise<void> => {
    const { remote } = worker(name);
    await optimize(remote, inlineRunner(objective), { workers: 1, catch: true });
    await remote.close();
  };
  return {
    study,
    source,
    store,
    client,
    url,
    worker,
    run,
    notes,
    of: (number: number) => folders.of(number),
    folder,
  };
}

export const claimOf = async (source: {
  claim: Awaited<ReturnType<typeof servedFolder>>["source"]["claim"];
}) => (await source.claim({ worker: "w", slot: "0", host: "far" })) as Claimed;
