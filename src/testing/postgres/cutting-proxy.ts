import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { tempFolder } from "../temp-folder.ts";

/** Stands between a storage and its server, and cuts the line where it is told to. */
export interface CuttingProxy {
  /** As the server's URL, of the same database. */
  url(serverUrl: string): string;
  /**
   * Cuts the line of whoever says `text` next: before the server hears it, or when it has answered
   * and nobody hears that.
   */
  cutAt(text: string, when: "before" | "after"): void;
  /** How often it did. */
  readonly cuts: number;
}

export async function cuttingProxy(t: ExecutionContext, socket: string): Promise<CuttingProxy> {
  const folder = await tempFolder(t);
  let cut: { readonly text: string; readonly when: "before" | "after" } | undefined;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection(socket);
    let isDeaf = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const each of [client, upstream]) {
      sockets.add(each);
      each.on("error", end).on("close", end);
    }
    client.on("data", (chunk) => {
      const isHit = cut !== undefined && chunk.includes(cut.text);
      if (isHit && cut!.when === "before") {
        cut = undefined;
        cuts++;
        end();
        return;
      }
      if (isHit) isDeaf = true;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (!isDeaf) return void client.write(chunk);
      cut = undefined;
      cuts++;
      end();
    });
  });
  server.listen(join(folder, ".s.PGSQL.5432"));
  await once(server, "listening");
  t.teardown(() => {
    for (const each of sockets) each.destroy();
    server.close();
  });
  return {
    url: (serverUrl) => serverUrl.replace(/host=.*/, `host=${encodeURIComponent(folder)}`),
    cutAt: (text, when) => {
      cut = { text, when };
    },
    get cuts() {
      return cuts;
    },
  };
}
