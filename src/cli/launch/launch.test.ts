import test, { type ExecutionContext } from "ava";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { hpoHere } from "../fixtures/hpo-here.ts";
import { safeName } from "./safe-name.ts";
import { HOSTILE, launched, launchProject } from "./testing/launched.ts";

// What is printed, as bash, Python and systemd read it.

const URL = "https://head:8443/resnet";

/** What `bash FILE` printed of such a script. */
function run(t: ExecutionContext, cwd: string, script: string, ...options: string[]): string[] {
  const { status, stdout, stderr } = spawnSync("bash", [...options, "-s"], {
    cwd,
    input: script,
    encoding: "utf8",
  });
  t.is(status, 0, stderr);
  return stdout.split("\n").slice(0, -1);
}

const directives = (script: string): string[] =>
  [...script.matchAll(/^#SBATCH --(.*)$/gm)].map(([, option]) => option);

test.serial(
  "a Slurm script gives the worker its words, whatever names and folders hold",
  async (t) => {
    const folder = await launchProject(t, HOSTILE, "a folder's $(touch owned)");
    const url = `https://head:8443/${encodeURIComponent(HOSTILE)}`;
    const { out, err } = await launched(t, folder, [
      ...[
        "slurm",
        "study.yaml",
        "-n",
        "16",
        "--gpus",
        "1",
        "--url",
        url,
        "--token-file",
        "my token",
      ],
      ...["--hpo", join(folder, "say"), "--at-once", "8", "--memory", "32GiB", "--time", "4:00:00"],
      ...["--sbatch", "partition=gpu", "--sbatch", "exclusive", "--", "--idle-exit", "5m"],
    ]);
    const name = safeName(HOSTILE);
    t.true(err.includes(`is called ${name} there`));
    t.deepEqual(directives(out), [
      ...[`job-name=${name}`, "array=1-16%8", "ntasks=1", "gres=gpu:1", "mem=32768M"],
      ...["time=4:00:00", "requeue", "signal=B:TERM@120", "open-mode=append"],
      ...[`output=${name}-%A_%a.log`, "partition=gpu", "exclusive"],
    ]);
    const [first] = out.split("\n").filter((line) => !line.startsWith("#"));
    t.is(first, "", "no command stands before Slurm's lines");
    t.deepEqual(run(t, folder, out), [
      ...["my token", folder, "study", "work", url, "--file", "study.yaml", "--workers", "1"],
      ...["--devices", "auto", "--share-devices", "--drain", "90s", "--idle-exit", "5m"],
    ]);
  },
);

test.serial("hosts share the workers out, and the script is one that shells read", async (t) => {
  const folder = await launchProject(t, "resnet", "a folder's");
  const { out } = await launched(t, folder, [
    ...["ssh", "study.yaml", "-n", "5", "--gpus", "2", "--hosts", "gpu1,me@gpu2", "--url", URL],
  ]);
  t.deepEqual(
    [...out.matchAll(/--workers (\d) --devices auto --devices-per-trial 2/g)].map(([, n]) => n),
    ["3", "2"],
  );
  run(t, folder, out, "-n");
  // Each host's lines, as the host's shell gets them.
  const parts = [...out.matchAll(/<<'END'\n([^]*?)\nEND\n/g)].map(([, lines]) => lines);
  t.is(parts.length, 4);
  run(t, folder, parts.join("\n"), "-n");
  for (const hosts of ["-oProxyCommand=id", "a,a", "a b", "a,"]) {
    const args = ["launch", "ssh", "study.yaml", `--hosts=${hosts}`, "--url", URL];
    t.is((await hpoHere(folder, args)).code, 2, hosts);
  }
});

test.serial("systemd gives the worker its words, and a program of Ray is Python", async (t) => {
  const folder = await launchProject(t, "resnet", '100% a "folder" $HOME');
  const { out } = await launched(t, folder, [
    ...["systemd", "study.yaml", "-n", "4", "--gpus", "1", "--url", URL, "--", "--artifacts"],
    'a "$b" %i \\',
  ]);
  const entry = (key: string): string => new RegExp(`^${key}=(.*)$`, "m").exec(out)![1];
  const unescaped = entry("ExecStart").replaceAll("%%", "%").replaceAll("$$", "$");
  t.deepEqual(
    [...unescaped.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) =>
      word.replaceAll(/\\(.)/g, "$1"),
    ),
    [
      ...["hpo", "study", "work", URL, "--file", "study.yaml", "--workers", "4"],
      ...["--devices", "auto", "--drain", "90s", "--artifacts", 'a "$b" %i \\'],
    ],
  );
  t.false(/(?<!%)%(?!%)/.test(out.replaceAll("%%", "")), "no word of systemd's own");
  t.is(entry("WorkingDirectory"), folder.replaceAll("%", "%%"));
  t.is(entry("TimeoutStopSec"), "120");

  const ray = await launched(t, folder, [
    "ray",
    "study.yaml",
    "-n",
    "3",
    "--gpus",
    "2",
    "--url",
    URL,
  ]);
  const { status, stdout, stderr } = spawnSync(
    "python3",
    [
      "-c",
      "import ast,sys,json\ntree=ast.parse(sys.stdin.read())\n" +
        "print(json.dumps({n.targets[0].id:ast.literal_eval(n.value) for n in tree.body" +
        " if isinstance(n,ast.Assign) and n.targets[0].id.isupper()}))",
    ],
    { input: ray.out, encoding: "utf8" },
  );
  t.is(status, 0, stderr);
  const { WORK, FOLDER, ENVIRONMENT } = JSON.parse(stdout) as Record<string, unknown>;
  t.is(FOLDER, folder);
  t.deepEqual(ENVIRONMENT, { HPO_TOKEN_FILE: "hpo-token" });
  t.true((WORK as string[]).join(" ").includes("--devices-per-trial 2 --share-devices"));
  t.regex(ray.out, /^@ray\.remote\(num_gpus=2, num_cpus=1, max_retries=-1\)$/m);
});

test.serial("what would start no worker, or show a secret, is refused", async (t) => {
  const folder = await launchProject(t);
  const refused = async (words: string | readonly string[], why: RegExp) => {
    const all = typeof words === "string" ? words.split(" ") : words;
    const { code, out, err } = await hpoHere(folder, ["launch", ...all]);
    t.is(code, 2, all.join(" "));
    t.is(out, "");
    t.regex(err, why);
  };
  await refused("slurm study.yaml --url https://me:secret@head/resnet", /into a file/);
  t.false(
    (await hpoHere(folder, "launch slurm study.yaml --url https://:secret@h/resnet")).err.includes(
      "secret",
    ),
  );
  await refused(
    "slurm study.yaml --url https://head:8443/other",
    /serves study "other".*"resnet"/s,
  );
  await refused("slurm study.yaml --submit", /needs --url/);
  await refused("slurm study.yaml --grace 20s", /more than 30s/);
  await refused(["slurm", "study.yaml", "--sbatch", "x=a\nrm -rf"], /no line of #SBATCH/);
  await refused(["slurm", "study.yaml", "--time", "1\nrm"], /no line of #SBATCH/);
  await refused(["slurm", "study.yaml", "--folder", "a\nb"], /control characters/);
  await refused("slurm study.yaml other", /What follows -- goes to it/);
  await refused("slurm study.yaml --memory much", /--memory/);
  await refused("kubernetes study.yaml", /--dockerfile/);
  await refused("kubernetes study.yaml --image i --namespace A_b", /--namespace A_b/);
  await refused(["kubernetes", join(folder, "study.yaml"), "--image", "i"], /this folder alone/);
});

test.serial(
  "without a URL a place for it is printed, and said; submitting needs the system",
  async (t) => {
    const folder = await launchProject(t);
    const { out, err } = await launched(t, folder, "slurm study.yaml");
    t.regex(out, /study work https:\/\/HEAD:8443\/resnet /);
    t.regex(err, /^hpo: Without --url/);
    const here = await launched(t, folder, "slurm study.yaml --url http://127.0.0.1:8080/resnet");
    t.regex(here.err, /each worker's own machine/);
    t.notRegex(here.out, /HPO_TOKEN_FILE/);

    const { PATH } = process.env;
    process.env["PATH"] = folder;
    t.teardown(() => (process.env["PATH"] = PATH));
    const { code, ...said } = await hpoHere(
      folder,
      `launch slurm study.yaml --submit --url ${URL}`,
    );
    t.is(code, 1);
    t.regex(said.out, /^exec hpo study work/m);
    t.regex(said.err, /runs: sbatch, with this on its stdin[^]*--submit: sbatch can't be run/);
  },
);

test("names are labels that every system takes, and no two studies share one", (t) => {
  const names = [
    "resnet",
    "ResNet",
    "res_net",
    "res-net-",
    "",
    "日本",
    HOSTILE,
    "x".repeat(41),
    "x".repeat(40),
  ];
  const safe = names.map(safeName);
  for (const name of safe) t.regex(name, /^hpo-[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
  for (const name of safe) t.true(name.length <= 63 - "-9999".length);
  t.is(new Set(safe).size, names.length);
  t.is(safe[0], "hpo-resnet");
});
