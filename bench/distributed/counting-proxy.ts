import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** Stands between a program and its PostgreSQL server, and counts how often it asks. */
export interface CountingProxy {
  readonly trips: number;
  close(): void;
}

/**
 * @param folder of the socket that it listens on
 * @param delayMs how long what the program asks is kept, as a network would; at least, as timers are no finer than 1 ms
 */
export async function countingProxy(
  folder: string,
  server: string,
  delayMs = 0,
): Promise<CountingProxy> {
  let trips = 0;
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const upstream = createConnection(server);
    for (const each of [client, upstream]) {
      sockets.add(each);
      each.on("error", () => undefined);
    }
    // The driver sends what it asks as one write, and waits for the answer.
    client.on("data", () => trips++);
    if (delayMs > 0) {
      client.on("data", (asked) => setTimeout(() => upstream.write(asked), delayMs));
      client.on("end", () => setTimeout(() => upstream.end(), delayMs));
      upstream.pipe(client);
    } else {
      client.pipe(upstream).pipe(client);
    }
  });
  listener.listen(join(folder, ".s.PGSQL.5432"));
  await once(listener, "listening");
  return {
    get trips() {
      return trips;
    },
    close: () => {
      for (const each of sockets) each.destroy();
      listener.close();
    },
  };
}
