/** To a command's supervisor. */
export type ToSupervisor =
  | {
      readonly kind: "start";
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      /** The cores that it may run on; any if left out. */
      readonly cpus?: readonly number[];
    }
  /** To the command's whole process group. */
  | { readonly kind: "signal"; readonly signal: "SIGTERM" | "SIGKILL" };

/** From a command's supervisor. */
export type FromSupervisor =
  /** The command runs as this process, the leader of a group of its own. */
  | { readonly kind: "started"; readonly pid: number }
  | { readonly kind: "notStarted"; readonly message: string }
  | {
      readonly kind: "exited";
      readonly code: number | null;
      readonly signal: string | null;
    };
