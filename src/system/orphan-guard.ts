import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

/**
 * A process that outlives this one by a moment, however this one ends, and then kills what this one
 * was answerable for: a pipe closes when its writer is gone.
 */
export interface OrphanGuard {
  /** Answers for a process group, by its leader, and for the processes that have a mark. */
  add(what: { readonly group?: number; readonly mark?: string }): void;
  /** Answers for nothing any more. */
  clear(): void;
  /** Ends it; what it answered for stays. */
  end(): void;
}

// One line per thing to kill, "-123" or "NAME=value"; an empty line forgets them all. At the end of
// its input it kills, twice, as what is killed may start more meanwhile. /proc is Linux's.
const SCRIPT = `trap '' HUP INT QUIT TERM
all=
while IFS= read -r line; do
  if [ -n "$line" ]; then all="$all$line
"; else all=; fi
done
[ -n "$all" ] || exit 0
for pass in 1 2; do
  printf %s "$all" | while IFS= read -r line; do
    case $line in
      -*) kill -9 "$line" 2>/dev/null ;;
      *) for file in $(grep -lzxF -e "$line" /proc/[0-9]*/environ 2>/dev/null); do
           pid=\${file#/proc/}; kill -9 "\${pid%/environ}" 2>/dev/null
         done ;;
    esac
  done
done`;

/** Where there is no /bin/sh, nothing is guarded. */
export function orphanGuard(): OrphanGuard {
  let shell: ChildProcess | undefined;
  const tell = (line: string): void => {
    shell ??= start();
    const input = shell?.stdin;
    if (input?.writable) input.write(`${line}\n`);
  };
  return {
    add: ({ group, mark }) => {
      if (group !== undefined) tell(`-${group}`);
      if (mark !== undefined && !mark.includes("\n")) tell(mark);
    },
    clear: () => {
      if (shell) tell("");
    },
    end: () => {
      if (!shell) return;
      tell("");
      shell.stdin?.end();
      shell = undefined;
    },
  };
}

function start(): ChildProcess | undefined {
  if (process.platform === "win32") return undefined;
  // In a group of its own, and without the marks that it looks for.
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    cwd: "/",
    detached: true,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  // It keeps nobody from ending.
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
}
