import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { bayesian, quasiRandom, random } from "../../../strategies/index.ts";
import { float, searchSpace } from "../../space/index.ts";
import { createStudy } from "../../study/open-study.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { folderWith, type Ran } from "../fixtures/hpo.ts";
import { hpoHere } from "../fixtures/hpo-here.ts";
import { createProgram } from "../program.ts";
import { quickVerb } from "./quick-words.ts";

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bundle = place("./commands.cjs");
const root = place("../../../../");

test.before("the bundle is that of what is compiled now", () => {
  const timeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (timeOf(bundle) > timeOf(join(root, "dist/.tsbuildinfo"))) return;
  const built = spawnSync(process.execPath, [".ci/bundle-quick.js"], { cwd: root });
  if (built.status !== 0) throw new Error(String(built.stderr));
});

/** A folder with a stored study, and `hpo …` in a process of its own there. */
async function studyFolder() {
  const folder = folderWith({});
  const storage = await openStorage(`sqlite:${join(folder, "hpo.db")}`);
  const space = searchSpace({ x: float(0, 1) });
  await createStudy({ name: "s", space, strategy: random(), seed: 1 }, { storage });
  // By a sequence of a package that is loaded once it is needed.
  await createStudy({ name: "even", space, strategy: quasiRandom(), seed: 1 }, { storage });
  await storage.close();
  const runtime = join(folder, "runtime");
  const hpo = (words: string): Ran => {
    const args = [place("../hpo.cjs"), ...words.split(" ")];
    const env = { ...process.env, HPO_STORAGE: undefined, HPO_RUNTIME_DIR: runtime };
    const ran = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  };
  const kept = (): string[] => readdirSync(runtime).map((name) => join(runtime, name));
  return { folder, hpo, kept };
}

test.serial("quick commands say what the same commands say in a whole program", async (t) => {
  const [quick, whole] = [await studyFolder(), await studyFolder()];
  const lines = [
    "study ask s",
    "study ask even --count 3",
    "study tell s 0 0.5",
    "study tell s 0 0.5",
    "study tell s",
    "study best s",
    "study show s",
    "study enqueue s y=1",
    "study trials s --last none",
    "study ask --help",
    "study list",
    "study nothing",
  ];
  for (const line of lines) {
    const [said, expected] = [quick.hpo(line), await hpoHere(whole.folder, line)];
    const plain = (text: string, { folder }: { readonly folder: string }): string =>
      text.replaceAll(folder, "FOLDER");
    t.is(plain(said.out, quick), plain(expected.out, whole), line);
    t.is(plain(said.err, quick), plain(expected.err, whole), line);
    t.is(said.code, expected.code, line);
  }
  t.true(quick.kept().length >= 3, "they were run from the bundle");
});

test.serial("compiled code that is torn, or of another source, is made again", async (t) => {
  const { hpo, kept } = await studyFolder();
  t.is(hpo("study show s").code, 0);
  const [file] = kept();
  const whole = readFileSync(file);
  const torn = Buffer.from(whole);
  torn[torn.length >> 1] ^= 255;
  for (const bytes of [torn, whole.subarray(0, 100), Buffer.alloc(0)]) {
    writeFileSync(file, bytes);
    t.is(hpo("study show s").code, 0);
    t.is(readFileSync(file).length, statSync(kept()[0]).size);
    t.true(readFileSync(file).length > 10_000);
  }
});

test.serial(
  "what a failed command compiled, little of what others need, is not kept",
  async (t) => {
    const { hpo, kept } = await studyFolder();
    t.is(hpo("study ask nothing").code, 1);
    t.deepEqual(kept(), []);
    t.is(hpo("study ask s").code, 0);
    t.is(kept().length, 1);
  },
);

test.serial(
  "a suggestion is the same with kept fits and factors, without them, and with torn ones",
  async (t) => {
    const { folder, hpo, kept } = await studyFolder();
    const asked = async (name: string): Promise<unknown> => {
      const storage = await openStorage(`sqlite:${join(folder, "hpo.db")}`);
      const space = searchSpace({ x: float(0, 1), y: float(0, 1) });
      const study = await createStudy({ name, space, strategy: bayesian(), seed: 1 }, { storage });
      const trials = Array.from({ length: 20 }, (_, i) => {
        const params = { x: ((7 * i) % 20) / 20, y: ((3 * i) % 20) / 20 };
        return { params, result: (params.x - 0.3) ** 2 + params.y };
      });
      await study.addTrials(trials);
      await storage.close();
      const { out } = hpo(`study ask ${name} --json`);
      return (JSON.parse(out) as { params: unknown }).params;
    };
    const keptModels = (): string[] =>
      ["fits", "factors"].map((kind) => kept().find((file) => basename(file).startsWith(kind))!);
    const cold = await asked("cold");
    const files = keptModels().map((file) => ({ file, bytes: readFileSync(file) }));
    const inodes = (): number[] => files.map(({ file }) => statSync(file).ino);
    const before = inodes();
    t.deepEqual(await asked("warm"), cold);
    t.deepEqual(inodes(), before, "nothing was computed anew");
    for (const { file, bytes } of files) {
      for (const torn of [bytes.subarray(0, 200), bytes.subarray(0, -1), Buffer.alloc(0)]) {
        writeFileSync(file, torn);
        const name = `${basename(file).slice(0, 4)}-torn-at-${torn.length}`;
        t.deepEqual(await asked(name), cold);
        t.deepEqual(readFileSync(file), bytes);
      }
    }
  },
);

test("what may be code of the user's is left to the whole program", (t) => {
  t.is(quickVerb(["study", "ask", "name"]), "ask");
  t.is(quickVerb(["study", "tell", "name", "3", "0.5"]), "tell");
  for (const line of [
    "study ask study.yaml",
    "study ask a.ts#b",
    "study ask s --strategy ./mine.ts",
    "study ask s --strategy=tpe",
    "study report s",
    "ask s",
    "",
  ]) {
    t.is(quickVerb(line.split(" ")), undefined, line);
  }
  const study = createProgram().commands.find((command) => command.name() === "study")!;
  const names = study.commands.map((command) => command.name());
  for (const verb of ["ask", "tell", "enqueue", "best", "show", "trials"])
    t.true(names.includes(verb));
});
