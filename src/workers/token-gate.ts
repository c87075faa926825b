import type { Storage } from "../contracts/storage.ts";
import { allows, tokensOf, type StoredToken, type TokenRole } from "./tokens.ts";

/** How long a token that was revoked may still be taken. */
const KNOWN_MS = 5000;

/** Tells whether a token may do what it is shown for. */
export type TokenGate = (
  study: string,
  token: string | undefined,
  role: TokenRole,
) => Promise<boolean>;

/** @param isLocal only this machine is served: a study without tokens is open to all of it */
export function tokenGate(storage: Storage, isLocal: boolean): TokenGate {
  const known = new Map<string, { readonly tokens: readonly StoredToken[]; readonly at: number }>();
  const read = async (study: string): Promise<readonly StoredToken[]> => {
    const before = known.get(study);
    if (before && performance.now() - before.at < KNOWN_MS) return before.tokens;
    const record = await storage.findStudy(study);
    const tokens = record ? tokensOf(record.systemAttrs) : [];
    known.set(study, { tokens, at: performance.now() });
    return tokens;
  };
  return async (study, token, role) => {
    const tokens = await read(study);
    return (isLocal && tokens.length === 0) || allows(tokens, token, role);
  };
}
