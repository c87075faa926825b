import { Option } from "commander";
import { shellQuote } from "../shell-quote.ts";
import { UsageError } from "../usage-error.ts";
import type { Launcher } from "./launcher.ts";
import { headline, workWords, type LaunchFlags, type WorkJob } from "./work-job.ts";

interface SshFlags extends LaunchFlags {
  readonly hosts: readonly string[];
}

/** One process on each host; nothing starts it again. */
export const ssh: Launcher = {
  name: "ssh",
  description: "a shell script: a process on each host, behind its back, and one to stop them",
  options: [
    new Option("--hosts <list>", "as gpu1,me@gpu2; the workers are shared out evenly")
      .argParser((text) => text.split(",").map(host))
      .makeOptionMandatory(),
  ],
  write: (job, { hosts }: SshFlags) => {
    if (new Set(hosts).size < hosts.length) {
      throw new UsageError("--hosts names a host twice. Name each once: it runs several trials.");
    }
    const shares = hosts
      .map((name, at) => ({ name, workers: share(job.workers, hosts.length, at) }))
      .filter(({ workers }) => workers > 0);
    const on = (lines: (workers: number) => readonly string[]): string[] =>
      shares.flatMap(({ name, workers }) => [`  on ${name} <<'END'`, ...lines(workers), "END"]);
    return [
      "#!/bin/sh",
      `# ${headline(job)}, on ${shares.map(({ name }) => name).join(", ")}.`,
      "# sh FILE starts them; sh FILE stop lets them finish what they run, and end.",
      'on() { echo "$1"; ssh -o BatchMode=yes "$1" sh -s; }',
      'case "${1-start}" in',
      "start)",
      ...on((workers) => start(job, workers)),
      "  ;;",
      "stop)",
      ...on(() => [enter(job), `kill "$(cat ${own(job, "pid")})"`]),
      "  ;;",
      '*) echo "start or stop" >&2; exit 2 ;;',
      "esac",
    ].join("\n");
  },
};

/** Evenly, the first ones getting one more. */
const share = (workers: number, hosts: number, at: number): number =>
  Math.floor(workers / hosts) + (at < workers % hosts ? 1 : 0);

/** The folder may be shared between the hosts: each has files of its own. */
const own = ({ name }: WorkJob, ending: string): string => `${name}."$(hostname)".${ending}`;

const enter = ({ folder }: WorkJob): string => `cd ${shellQuote(folder)} || exit 1`;

function start(job: WorkJob, workers: number): string[] {
  const token = job.tokenFile === undefined ? "" : `HPO_TOKEN_FILE=${shellQuote(job.tokenFile)} `;
  const line = workWords(job, workers).map(shellQuote).join(" ");
  return [
    enter(job),
    `${token}nohup ${line} >> ${own(job, "log")} 2>&1 < /dev/null &`,
    `echo $! > ${own(job, "pid")}`,
  ];
}

/** What begins with a dash would be an option of ssh, which can run programs. */
function host(text: string): string {
  if (/^(?:[\w.-]+@)?[A-Za-z0-9][\w.:-]*$/.test(text) && !text.startsWith("-")) return text;
  throw new UsageError(
    `--hosts: "${text}" is no host. Give HOST or USER@HOST, with commas between.`,
  );
}
