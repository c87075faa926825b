import { spawn } from "node:child_process";
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
  let pipe: Socket | undefined;
  const told = new Set<string>();
  const write = (line: string): void => {
    pipe ??= start();
    if (pipe?.writable) pipe.write(`${line}\n`);
  };
  const tell = (line: string): void => {
    if (told.has(line)) return;
    told.add(line);
    write(line);
  };
  return {
    add: ({ group, mark }) => {
      if (group !== undefined) tell(`-${group}`);
      if (mark !== undefined && !mark.includes("\n")) tell(mark);
    },
    clear: () => {
      told.clear();
      if (pipe) write("");
    },
    end: () => {
      if (!pipe) return;
      write("");
      told.clear();
      pipe.end();
      pipe = undefined;
    },
  };
}

const INPUT = 3;

/** @returns what it reads */
function start(): Socket | undefined {
  if (process.platform === "win32") return undefined;
  // In the background of a shell that ends at once: nobody's child, so that nobody has to wait for
  // its end. In a group of its own, and without the marks that it looks for.
  const shell = spawn("/bin/sh", ["-c", `(${SCRIPT}\n) <&${INPUT} ${INPUT}<&- &`], {
    cwd: "/",
    detached: true,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const pipe = shell.stdio[INPUT] as Socket;
  // Where it could not be started or was killed, nothing is guarded.
  shell.on("error", () => undefined);
  pipe.on("error", () => undefined);
  // It keeps nobody from ending.
  shell.unref();
  pipe.unref();
  return pipe;
}
