import { Option } from "commander";
import { eachGiven, integer } from "../options.ts";
import { shellQuote } from "../shell-quote.ts";
import { UsageError } from "../usage-error.ts";
import type { Launcher } from "./launcher.ts";
import { headline, workWords, type LaunchFlags, type WorkJob } from "./work-job.ts";

interface SlurmFlags extends LaunchFlags {
  readonly time?: string;
  readonly atOnce?: number;
  readonly sbatch?: readonly string[];
}

/** An array of jobs, a worker each. */
export const slurm: Launcher = {
  name: "slurm",
  description: "a batch script: an array of jobs, a worker each, requeued when a node is lost",
  options: [
    new Option("--time <limit>", "each job's time limit, as Slurm writes it: 4:00:00, 2-00"),
    new Option("--at-once <count>", "at most so many of the array at a time").argParser(integer(1)),
    new Option("--sbatch <option>", "another #SBATCH line, as partition=gpu; again for more")
      .argParser(eachGiven)
      .default([], "none"),
  ],
  submit: ["sbatch"],
  write: (job, flags: SlurmFlags) => {
    const { name, gpus, cpus, bytes, graceSeconds, folder, tokenFile } = job;
    const lines = [
      `job-name=${name}`,
      `array=1-${job.workers}%${flags.atOnce ?? job.workers}`,
      "ntasks=1",
      ...(gpus > 0 ? [`gres=gpu:${gpus}`] : []),
      ...(cpus === undefined ? [] : [`cpus-per-task=${cpus}`]),
      ...(bytes === undefined ? [] : [`mem=${Math.ceil(bytes / 2 ** 20)}M`]),
      ...(flags.time === undefined ? [] : [`time=${flags.time}`]),
      "requeue",
      `signal=B:TERM@${graceSeconds}`,
      "open-mode=append",
      `output=${name}-%A_%a.log`,
      ...(flags.sbatch ?? []),
    ];
    return [
      "#!/bin/bash",
      `# ${headline(job)}.`,
      ...lines.map(directive),
      "",
      `cd ${shellQuote(folder)} || exit 1`,
      ...(tokenFile === undefined ? [] : [`export HPO_TOKEN_FILE=${shellQuote(tokenFile)}`]),
      "# Slurm's signals reach the worker itself: exec leaves no shell between them.",
      `exec ${workLine(job)}`,
    ].join("\n");
  },
};

const workLine = (job: WorkJob): string => workWords(job, 1, true).map(shellQuote).join(" ");

function directive(option: string): string {
  if (/^[a-z][a-z-]*(?:=\S+)?$/.test(option)) return `#SBATCH --${option}`;
  throw new UsageError(
    `hpo launch slurm: "${option}" is no line of #SBATCH. Give NAME or NAME=VALUE.`,
  );
}
