import { once } from "node:events";
import type { Rng } from "../../../numerics/rng.ts";
import { proxyTo } from "../../postgres/proxy.ts";

/** Stands between workers and PostgreSQL, and loses the answers to some commits. */
export interface LosingProxy {
  readonly port: number;
  /** How many answers were lost. */
  readonly lost: number;
  /** While it is cut, nothing passes, and no line is closed. */
  cut(isCut: boolean): void;
  end(): void;
}

/** @param share of the commits whose answers are lost, the line with them */
export async function losingProxy(
  host: string,
  socketPath: string,
  rng: Rng,
  share: number,
): Promise<LosingProxy> {
  let lost = 0;
  let isCut = false;
  const { server, end } = proxyTo(socketPath, () => {
    let isDeaf = false;
    return {
      toServer(chunk) {
        if (isCut) return "lose";
        if (chunk.includes("commit\0") && rng.uniform() < share) isDeaf = true;
        return "pass";
      },
      toClient() {
        if (isCut) return "lose";
        if (!isDeaf) return "pass";
        lost++;
        return "end";
      },
    };
  });
  server.listen(0, host);
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    get lost() {
      return lost;
    },
    cut: (is) => {
      isCut = is;
    },
    end,
  };
}
