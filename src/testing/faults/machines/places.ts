import { execFileSync } from "node:child_process";

/** Where one worker runs: as on a machine of its own, as far as this one lets it. */
export interface Place {
  /** What stands before a command that is to run there. */
  readonly prefix: readonly string[];
  /** Whether its network is gone; undefined where only a proxy can cut it. */
  readonly cut: ((isCut: boolean) => void) | undefined;
}

export interface Places {
  /** The address under which this machine is reached from all of them. */
  readonly host: string;
  readonly all: readonly Place[];
  /** What they are, for people. */
  readonly kind: string;
  end(): void;
}

const BRIDGE = "hpobr0";
const SUBNET = "10.209.77";

const run = (words: string): void => {
  const [program, ...rest] = words.split(" ");
  execFileSync(program, rest, { stdio: "ignore" });
};

/** Namespaces of network and processes where this user may have them, else this machine itself. */
export function places(count: number): Places {
  try {
    return namespaces(count);
  } catch {
    return {
      host: "127.0.0.1",
      all: Array.from({ length: count }, () => ({ prefix: [], cut: undefined })),
      kind: "one machine; partitions are proxies that pass nothing on",
      end: () => undefined,
    };
  }
}

function namespaces(count: number): Places {
  const tag = process.pid % 10_000;
  const bridge = `${BRIDGE}${tag}`;
  const names = Array.from({ length: count }, (_, index) => `hpo${tag}n${index}`);
  const end = (): void => {
    for (const each of [...names.map((name) => `netns del ${name}`), `link del ${bridge}`]) {
      try {
        run(`ip ${each}`);
      } catch {
        // It was never made.
      }
    }
  };
  try {
    run(`unshare --pid --fork --kill-child --mount-proc true`);
    run(`ip link add ${bridge} type bridge`);
    run(`ip addr add ${SUBNET}.1/24 dev ${bridge}`);
    run(`ip link set ${bridge} up`);
    const all = names.map((name, index): Place => {
      const outer = `v${tag}o${index}`;
      run(`ip netns add ${name}`);
      run(`ip link add ${outer} type veth peer name eth0 netns ${name}`);
      run(`ip link set ${outer} master ${bridge} up`);
      run(`ip -n ${name} addr add ${SUBNET}.${index + 2}/24 dev eth0`);
      run(`ip -n ${name} link set eth0 up`);
      run(`ip -n ${name} link set lo up`);
      return {
        prefix: `ip netns exec ${name} unshare --pid --fork --kill-child --mount-proc`.split(" "),
        cut: (isCut) => run(`ip link set ${outer} ${isCut ? "down" : "up"}`),
      };
    });
    return {
      host: `${SUBNET}.1`,
      all,
      kind: "a network namespace and a PID namespace for each worker",
      end,
    };
  } catch (error) {
    end();
    throw error;
  }
}
