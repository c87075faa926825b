import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import type { Rng } from "../../../numerics/rng.ts";

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
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection(socketPath);
    let isDeaf = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const each of [client, upstream]) {
      sockets.add(each);
      each.on("error", end).on("close", () => {
        sockets.delete(each);
        end();
      });
    }
    client.on("data", (chunk) => {
      if (isCut) return;
      if (chunk.includes("commit\0") && rng.uniform() < share) isDeaf = true;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (isCut) return;
      if (!isDeaf) return void client.write(chunk);
      lost++;
      end();
    });
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
    end: () => {
      server.close();
      for (const each of sockets) each.destroy();
    },
  };
}
