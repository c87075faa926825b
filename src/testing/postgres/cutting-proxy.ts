import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { join } from "node:path";
import { tempFolder } from "../temp-folder.ts";
import { proxyTo } from "./proxy.ts";

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
  const { server, end } = proxyTo(socket, () => {
    let isDeaf = false;
    return {
      toServer(chunk) {
        if (cut === undefined || !chunk.includes(cut.text)) return "pass";
        if (cut.when === "before") return done();
        isDeaf = true;
        return "pass";
      },
      toClient: () => (isDeaf ? done() : "pass"),
    };
  });
  const done = (): "end" => {
    cut = undefined;
    cuts++;
    return "end";
  };
  server.listen(join(folder, ".s.PGSQL.5432"));
  await once(server, "listening");
  t.teardown(end);
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
