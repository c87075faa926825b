import { HpoError } from "../errors/errors.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8080`, `[::1]:8080`, `:8080` (this machine alone). @throws HpoError on anything else */
export function listenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*)):(\d+)$/i.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw new HpoError(`--listen ${text}: give HOST:PORT, as 127.0.0.1:8080 or 0.0.0.0:8443.`);
  }
  return { host: match[1] ?? (match[2] || "127.0.0.1"), port };
}

export const isLoopback = ({ host }: ListenAddress): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
