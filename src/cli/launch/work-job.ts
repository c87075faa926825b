import { visibleLine } from "../visible.ts";
import { counted } from "../../errors/counted.ts";

/** What every launcher is told on the command line. */
export interface LaunchFlags {
  readonly workers: number;
  readonly gpus: number;
  readonly cpus?: number;
  readonly memory?: string;
  readonly url?: string;
  readonly tokenFile?: string;
  /** In milliseconds. */
  readonly grace: number;
  readonly folder?: string;
  readonly hpo?: string;
  readonly submit?: boolean;
}

/** Workers of a study, for any system to start. No text in it has control characters. */
export interface WorkJob {
  readonly study: string;
  /** What the study is called there; see `safeName`. */
  readonly name: string;
  /** The study file, as a worker in `folder` opens it. */
  readonly file: string;
  readonly url: string;
  /** How many trials run at once, each with so many GPUs, cores and bytes. */
  readonly workers: number;
  readonly gpus: number;
  readonly cpus?: number;
  readonly bytes?: number;
  /** How long a worker has from SIGTERM to its end. */
  readonly graceSeconds: number;
  readonly folder: string;
  /** The program, as `folder` has it. */
  readonly hpo: string;
  /** Holds the token, there. */
  readonly tokenFile?: string;
  /** What more is said to `hpo study work`. */
  readonly words: readonly string[];
  /** What the user should know before launching. */
  readonly notes: readonly string[];
}

/** A worker that hands its trials back ends them first: that takes a while of its grace. */
export const HANDING_BACK_SECONDS = 30;

/**
 * The worker's command line.
 * @param workers trials at once in this one process
 * @param isGiven the system gives each worker its GPUs: hpo's own locks on devices would only be in the way
 */
export function workWords(job: WorkJob, workers = 1, isGiven = false): string[] {
  const devices = [
    ...["--devices", job.gpus === 0 ? "none" : "auto"],
    ...(job.gpus > 1 ? ["--devices-per-trial", String(job.gpus)] : []),
    ...(job.gpus > 0 && isGiven ? ["--share-devices"] : []),
  ];
  return [
    ...[job.hpo, "study", "work", job.url, "--file", job.file],
    ...["--workers", String(workers), ...devices],
    ...["--drain", `${job.graceSeconds - HANDING_BACK_SECONDS}s`],
    ...job.words,
  ];
}

/** `16 workers of study "resnet", each with 1 GPU` */
export const headline = ({ study, workers, gpus }: WorkJob): string =>
  `${counted(workers, "worker")} of study ${JSON.stringify(visibleLine(study))}` +
  `${gpus === 0 ? "" : `, each with ${counted(gpus, "GPU")}`}`;
