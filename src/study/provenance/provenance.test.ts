import test, { type ExecutionContext } from "ava";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { provenanceOf } from "../../contracts/provenance.ts";
import { createStudy, float, loadStudy, searchSpace, trialToJson } from "../../index.ts";
import { hpoHere } from "../../cli/fixtures/hpo-here.ts";
import { report } from "../../plots/index.ts";
import { random } from "../../../strategies/index.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { engineOf } from "../study-internals.ts";
import { provenanceIn } from "./find-provenance.ts";

// A user would miss: which code and packages gave the best trial, months later.

const SECRET = "hunter2-in-a-remote";
const LOCK = "numpy==1.26.4\n";

function git(folder: string, ...words: string[]): string {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
  return execFileSync("git", [...who, ...words], { cwd: folder, encoding: "utf8" }).trim();
}

/** A repository with `code/train.py` in it, committed. */
async function repository(t: ExecutionContext): Promise<{ folder: string; commit: string }> {
  const top = await tempFolder(t);
  const folder = join(top, "code");
  mkdirSync(folder);
  writeFileSync(join(folder, "train.py"), "print(1)\n");
  writeFileSync(join(top, "requirements.txt"), LOCK);
  git(top, "init", "--quiet");
  git(top, "remote", "add", "origin", `https://me:${SECRET}@example.org/code.git`);
  git(top, "add", ".");
  git(top, "commit", "--quiet", "-m", "Begin");
  return { folder, commit: git(top, "rev-parse", "HEAD") };
}

test("commit, changes and lock files are those of the study's folder", async (t) => {
  const clean = await repository(t);
  const hash = createHash("sha256").update(LOCK).digest("hex");
  writeFileSync(join(clean.folder, "hpo.db"), "what a study writes is no change of its code");
  const found = await provenanceIn(clean.folder);
  t.like(found, { host: hostname(), commit: clean.commit, dirty: false });
  t.deepEqual(found.locks, { "requirements.txt": hash });
  t.is(found.versions["node"], process.versions.node);

  const changed = await repository(t);
  writeFileSync(join(changed.folder, "train.py"), "print(2)\n");
  writeFileSync(join(changed.folder, "requirements.txt"), "nearer\n");
  // A repository's settings must not start programs as its state is read.
  const hook = join(changed.folder, "hook.sh");
  writeFileSync(hook, `#!/bin/sh\ntouch '${changed.folder}/ran'\n`);
  chmodSync(hook, 0o755);
  git(changed.folder, "config", "core.fsmonitor", hook);
  const { commit, dirty, locks } = await provenanceIn(changed.folder);
  t.deepEqual([commit, dirty], [changed.commit, true]);
  t.not(locks!["requirements.txt"], hash, "the nearest one counts");
  t.false(existsSync(join(changed.folder, "ran")));
});

test.serial(
  "nothing fails where there is no repository, no commit, no folder or no git",
  async (t) => {
    const plain = await tempFolder(t);
    t.false("commit" in (await provenanceIn(plain)));
    const empty = await tempFolder(t);
    git(empty, "init", "--quiet");
    t.false("commit" in (await provenanceIn(empty)));
    t.false("commit" in (await provenanceIn(join(plain, "gone"))));
    const { folder } = await repository(t);
    const path = process.env["PATH"];
    process.env["PATH"] = plain;
    t.teardown(() => (process.env["PATH"] = path));
    const found = await provenanceIn(folder);
    process.env["PATH"] = path;
    t.false("commit" in found);
    t.is(found.host, hostname());
  },
);

test.serial("each trial keeps it; show, JSON and the report tell it, and no secret", async (t) => {
  const { folder, commit } = await repository(t);
  const storage = `sqlite:${join(folder, "hpo.db")}`;
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "kept", space, strategy: random() }, { storage });
  engineOf(study).sourceFolder = folder;
  process.env["HPO_TEST_SECRET"] = SECRET;
  t.teardown(() => delete process.env["HPO_TEST_SECRET"]);
  await study.optimize(({ params }) => params.x, { trials: 2 });
  const before = { host: "elsewhere", platform: "vax", versions: { node: "1" } };
  const remote = { worker: "w", slot: "0", host: "elsewhere", provenance: before };
  const asked = await engineOf(study).askFor(remote, undefined);
  t.is(asked.kind, "trial");
  await engineOf(study).handBack(2);
  await study.optimize(({ params }) => params.x, { trials: 1 });

  const stored = await loadStudy("kept", { storage });
  t.deepEqual(
    stored.trials().map((trial) => provenanceOf(trial)?.commit),
    [commit, commit, commit],
    "of a trial that was handed back, where it ran last",
  );
  const shown = (await hpoHere(folder, `study show kept 0 --storage ${storage}`)).out;
  t.regex(shown, new RegExp(`^Ran from commit ${commit.slice(0, 12)}, host .*node \\d`, "m"));
  t.regex(shown, /^Packages as in requirements\.txt, SHA-256 [0-9a-f]{64}$/m);
  const json = JSON.stringify(stored.trials().map(trialToJson));
  t.regex(json, new RegExp(`"commit":"${commit}"`));
  const page = report(stored);
  t.regex(page, new RegExp(`All trials ran from commit ${commit.slice(0, 12)}`));
  for (const text of [shown, json, page]) t.false(text.includes(SECRET));
});
