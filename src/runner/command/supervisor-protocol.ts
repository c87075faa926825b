// The words between the study and the supervisor of a slot's commands, which run one at a time.

export interface StartCommand {
  readonly kind: "start";
  /** Counts commands: what is said of one that is gone already means no other. */
  readonly id: number;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The cores that it may run on; any if left out. The same for all of a slot's commands. */
  readonly cpus?: readonly number[];
  readonly memoryLimitBytes?: number;
  /** A variable, NAME=value, that this command's processes alone have, wherever they went. */
  readonly workerMark: string;
  /** One that those of the trial's earlier attempts have, too. */
  readonly trialMark?: string;
  /** Whether processes of an earlier attempt may be left. */
  readonly isRestart?: boolean;
}

/** To a slot's supervisor. */
export type ToSupervisor =
  | StartCommand
  /** To the command's whole process group; SIGKILL to what has its marks, too. */
  | { readonly kind: "signal"; readonly id: number; readonly signal: "SIGTERM" | "SIGKILL" };

/** How a command ended. */
export type CommandEnd =
  | {
      readonly kind: "exited";
      readonly code: number | null;
      readonly signal: string | null;
      /** What it held in memory where that was more than its limit, and it was killed. */
      readonly heldBytes?: number;
    }
  /** `code`: the system's, as ENOENT. */
  | { readonly kind: "notStarted"; readonly message: string; readonly code?: string };

/** From a slot's supervisor. */
export type FromSupervisor =
  /** The command runs as this process, the leader of a group of its own. */
  | { readonly kind: "started"; readonly pid: number }
  | { readonly kind: "output"; readonly stream: "stdout" | "stderr"; readonly chunk: Uint8Array }
  /** Its whole group is gone and its output told. */
  | { readonly kind: "ended"; readonly end: CommandEnd };
