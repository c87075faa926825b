import { createConnection, createServer, type Server, type Socket } from "node:net";

/** What becomes of a piece of what is said: it passes, is lost, or ends the line, itself unheard. */
export type Passage = "pass" | "lose" | "end";

/** Judges what one client and the server say to each other. */
export interface Line {
  toServer(chunk: Buffer): Passage;
  toClient(chunk: Buffer): Passage;
}

export interface Proxy {
  /** Which the caller lets listen where it likes. */
  readonly server: Server;
  /** Closes it, and every line. */
  readonly end: () => void;
}

/**
 * Stands between clients and a server.
 * @param socketPath where the server listens
 * @param newLine for each client that comes
 */
export function proxyTo(socketPath: string, newLine: () => Line): Proxy {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection(socketPath);
    const line = newLine();
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    const carry = (from: Socket, to: Socket, passageOf: (chunk: Buffer) => Passage): void => {
      sockets.add(from);
      from.on("error", end).on("close", () => {
        sockets.delete(from);
        end();
      });
      from.on("data", (chunk) => {
        const passage = passageOf(chunk);
        if (passage === "pass") to.write(chunk);
        else if (passage === "end") end();
      });
    };
    carry(client, upstream, (chunk) => line.toServer(chunk));
    carry(upstream, client, (chunk) => line.toClient(chunk));
  });
  return {
    server,
    end: () => {
      server.close();
      for (const each of sockets) each.destroy();
    },
  };
}
