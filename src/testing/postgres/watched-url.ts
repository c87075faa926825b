import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { join } from "node:path";
import { tempFolder } from "../temp-folder.ts";
import { proxyTo } from "./proxy.ts";
import { statementsIn } from "./statements-in.ts";

/**
 * The URL of a database by a proxy before its server, until the test ends.
 * @param socket the server's
 * @param seen is told the statements of each message that goes to the server
 */
export async function watchedUrl(
  t: ExecutionContext,
  socket: string,
  url: string,
  seen: (statements: readonly string[]) => void,
): Promise<string> {
  const folder = await tempFolder(t);
  const { server, end } = proxyTo(socket, () => ({
    toServer: (chunk) => {
      seen(statementsIn(chunk));
      return "pass";
    },
    toClient: () => "pass",
  }));
  server.listen(join(folder, ".s.PGSQL.5432"));
  await once(server, "listening");
  t.teardown(end);
  return url.replace(/host=.*/, `host=${encodeURIComponent(folder)}`);
}
