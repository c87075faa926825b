import type { Storage } from "../../contracts/storage.ts";
import { mayDo, type TokenScope } from "./token-scopes.ts";
import { scopeOf, storedTokens, type StoredToken } from "./tokens.ts";

/** How long tokens are cached: a revoked one may be accepted for that long. */
const KNOWN_MS = 5000;

/** Undefined if the study never had a token. */
type Tokens = readonly StoredToken[] | undefined;

/** Why a call is refused, and by which status. */
export interface TokenRefusal {
  readonly status: 401 | 403;
  readonly message: string;
}

/** Checks whether a token allows what is asked; undefined if it does. */
export type TokenGate = (
  study: string,
  token: string | undefined,
  needed: TokenScope,
) => Promise<TokenRefusal | undefined>;

/** @param isLocal only this machine is served: a study that never had a token needs none */
export function tokenGate(storage: Storage, isLocal: boolean): TokenGate {
  const known = new Map<string, { readonly tokens: Tokens; readonly at: number }>();
  const read = async (study: string): Promise<Tokens> => {
    const before = known.get(study);
    if (before && performance.now() - before.at < KNOWN_MS) return before.tokens;
    const record = await storage.findStudy(study);
    const tokens = record && storedTokens(record.systemAttrs);
    known.set(study, { tokens, at: performance.now() });
    return tokens;
  };
  return async (study, token, needed) => {
    const tokens = await read(study);
    if (isLocal && !tokens) return undefined;
    if (token === undefined) return refused(401, study, needed, "no token was shown");
    const scope = scopeOf(tokens ?? [], token);
    if (scope === undefined) {
      return refused(
        401,
        study,
        needed,
        "this token is none of its own, was taken back, or has ended",
      );
    }
    if (mayDo(scope, needed)) return undefined;
    return refused(403, study, needed, `this token's scope is ${scope}`);
  };
}

const refused = (
  status: 401 | 403,
  study: string,
  needed: TokenScope,
  why: string,
): TokenRefusal => ({
  status,
  message:
    `Study ${JSON.stringify(study)}: this needs a token of scope ${needed}, and ${why}. Set HPO_TOKEN or HPO_TOKEN_FILE ` +
    `to one of hpo study token create NAME --scope ${needed}.`,
});
