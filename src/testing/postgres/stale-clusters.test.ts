import test from "ava";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { thisProcess } from "../../system/process-identity.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { OWNER, PREFIX, removeStale } from "./stale-clusters.ts";

const isThere = postgresBinaries() !== undefined;
const program = new URL("postgres-cluster.js", import.meta.url).href;
const START = `const { startPostgres } = await import(${JSON.stringify(program)});
  console.log((await startPostgres()).socket);
  setInterval(() => {}, 1000);`;

(isThere ? test : test.skip)(
  "a server ends with the process that started it, killed or not",
  async (t) => {
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", START]);
    t.teardown(() => owner.kill("SIGKILL"));
    const [socket] = (await once(owner.stdout, "data")) as [Buffer];
    const folder = dirname(socket.toString().trim());
    const pid = Number.parseInt(readFileSync(join(folder, "data", "postmaster.pid"), "utf8"), 10);
    owner.kill("SIGKILL");
    while (existsSync(folder) || existsSync(`/proc/${pid}`)) await sleep(50);
    t.pass();
  },
);

test("what a dead process left is removed, what a living one has is not", async (t) => {
  const temporary = await mkdtemp(join(tmpdir(), "hpo-stale-"));
  t.teardown(() => rm(temporary, { recursive: true }));
  const owned = async (start: string): Promise<string> => {
    const folder = await mkdtemp(join(temporary, PREFIX));
    await writeFile(join(folder, OWNER), JSON.stringify({ ...thisProcess(), start }));
    return folder;
  };
  const dead = await owned("1");
  const living = await owned(thisProcess().start);
  const nobodys = join(temporary, "other");
  await cp(dead, nobodys, { recursive: true });
  await removeStale(temporary);
  t.deepEqual(
    [dead, living, nobodys].map((path) => existsSync(path)),
    [false, true, true],
  );
});
