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
/** A campaign has one of them. */
const SUBNETS = Array.from({ length: 256 }, (_, index) => `10.209.${index}`);

const run = (words: string): void => {
  const [program, ...rest] = words.split(" ");
  execFileSync(program, rest, { stdio: "ignore" });
};

/**
 * One that no link of this machine has: a campaign that was killed leaves its own behind, and of two links with the
 * same addresses the older one gets all that is sent.
 * @param addresses what `ip -o -4 addr` says
 */
export function freeSubnet(addresses: string): string {
  const free = SUBNETS.find((subnet) => !addresses.includes(` ${subnet}.`));
  if (free !== undefined) return free;
  throw new Error("All of 10.209.0.0/16 is taken. Remove what is left: ip link del hpobr0…");
}

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
  const subnet = freeSubnet(execFileSync("ip", ["-o", "-4", "addr"], { encoding: "utf8" }));
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
    run(`ip addr add ${subnet}.1/24 dev ${bridge}`);
    run(`ip link set ${bridge} up`);
    const all = names.map((name, index): Place => {
      const outer = `v${tag}o${index}`;
      run(`ip netns add ${name}`);
      run(`ip link add ${outer} type veth peer name eth0 netns ${name}`);
      run(`ip link set ${outer} master ${bridge} up`);
      run(`ip -n ${name} addr add ${subnet}.${index + 2}/24 dev eth0`);
      run(`ip -n ${name} link set eth0 up`);
      run(`ip -n ${name} link set lo up`);
      return {
        prefix: `ip netns exec ${name} unshare --pid --fork --kill-child --mount-proc`.split(" "),
        cut: (isCut) => run(`ip link set ${outer} ${isCut ? "down" : "up"}`),
      };
    });
    return {
      host: `${subnet}.1`,
      all,
      kind: "a network namespace and a PID namespace for each worker",
      end,
    };
  } catch (error) {
    end();
    throw error;
  }
}
