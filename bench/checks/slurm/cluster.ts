import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, chmodSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** What a machine needs; Debian's packages slurmctld, slurmd, slurm-client and munge. */
export const SLURM_PROGRAMS = [
  "munged",
  "slurmctld",
  "slurmd",
  "sbatch",
  "squeue",
  "scontrol",
  "sinfo",
];

/** One machine's Slurm: a controller and two nodes with two GPUs each, all on loopback. */
export interface SlurmCluster {
  /** With it Slurm's commands find this cluster. */
  readonly env: NodeJS.ProcessEnv;
  /** What one of Slurm's commands prints. @throws Error if it fails */
  ask(program: string, ...args: string[]): string;
  startNode(name: string): void;
  /** A power cut: its daemon, what watches over its jobs, and these. @returns how many processes */
  killNode(name: string): number;
  /** Ends all that was started, and what its jobs left. */
  end(): void;
}

const CONTROLLER_PORT = 16817;

/** GPUs that are files, CPUs that aren't there, root as its user: what one machine lets two nodes be. */
const configuration = (folder: string): string => `
ClusterName=one
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${CONTROLLER_PORT}
AuthType=auth/munge
# Requeued jobs wait as long as a credential holds.
AuthInfo=socket=${folder}/munge.sock,cred_expire=20
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/controller.pid
SlurmdPidFile=${folder}/%n.pid
SlurmctldLogFile=${folder}/controller.log
SlurmdLogFile=${folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SchedulerParameters=sched_interval=2,bf_interval=2
KillWait=30
SlurmdTimeout=20
MailProg=/bin/true
GresTypes=gpu
SlurmdParameters=config_overrides
NodeName=node[0-1] NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=[${CONTROLLER_PORT + 1}-${CONTROLLER_PORT + 2}] CPUs=4 RealMemory=1000 Gres=gpu:2
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;

/** @param folder empty, with a short path */
export function startSlurm(folder: string): SlurmCluster {
  // munge wants a socket that all may reach.
  chmodSync(folder, 0o755);
  for (const name of ["state", "dev"]) mkdirSync(join(folder, name));
  for (const name of ["nvidia0", "nvidia1"]) writeFileSync(join(folder, "dev", name), "");
  const conf = join(folder, "slurm.conf");
  writeFileSync(conf, configuration(folder));
  writeFileSync(
    join(folder, "gres.conf"),
    `NodeName=node[0-1] Name=gpu File=${folder}/dev/nvidia[0-1]\n`,
  );
  writeFileSync(join(folder, "munge.key"), randomBytes(1024), { mode: 0o600 });
  const env = { ...process.env, SLURM_CONF: conf };

  const daemons = new Map<string, ChildProcess>();
  const daemon = (name: string, program: string, ...args: string[]): void => {
    const log = openSync(join(folder, `${name}.out`), "a");
    daemons.set(name, spawn(program, args, { env, cwd: folder, stdio: ["ignore", log, log] }));
    closeSync(log);
  };
  const ask = (program: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  const startNode = (name: string): void => daemon(name, "slurmd", "-D", "-f", conf, "-N", name);

  const munge = ["key-file=munge.key", "socket=munge.sock", "pid-file=munge.pid"];
  const own = [...munge, "log-file=munge.log", "seed-file=munge.seed"].map(
    (option) => `--${option.replace("=", `=${folder}/`)}`,
  );
  daemon("munged", "munged", "--foreground", "--force", ...own);
  daemon("controller", "slurmctld", "-D", "-f", conf);
  for (const name of ["node0", "node1"]) startNode(name);

  return {
    env,
    ask,
    startNode,
    killNode(name) {
      // First what would tell the controller of the jobs' ends.
      daemons.get(name)?.kill("SIGKILL");
      return killAll((process) => process.env.includes(`SLURMD_NODENAME=${name}`), conf);
    },
    end() {
      killAll(() => true, conf);
      for (const process of daemons.values()) process.kill("SIGKILL");
    },
  };
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
  readonly env: readonly string[];
}

/** Kills the jobs' processes that are so, and the stepds that watch over them. */
function killAll(isMeant: (process: Running) => boolean, conf: string): number {
  const all = runningOf(conf);
  const jobs = all.filter((one) => one.env.some((v) => v.startsWith("SLURM_JOB_ID=")));
  const meant = jobs.filter(isMeant);
  const parents = new Set(meant.map(({ parent }) => parent));
  const stepds = all.filter(({ pid, program }) => program === "slurmstepd" && parents.has(pid));
  for (const { pid } of [...stepds, ...meant]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  return stepds.length + meant.length;
}

/** The processes of this cluster alone: its configuration is in their environment. */
function runningOf(conf: string): Running[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const env = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [, program, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat)!;
        return [{ pid: Number(name), parent: Number(parent), program, env }];
      } catch {
        return [];
      }
    })
    .filter(({ env }) => env.includes(`SLURM_CONF=${conf}`));
}
