import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage, Turn } from "../../contracts/storage.ts";
import { takeTurn } from "../../storage/take-turn.ts";
import type { Attributes } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import type { TokenScope } from "./token-scopes.ts";
import { findOrThrow } from "../../study/stored-study.ts";

/** What is stored of a token: it is of no use to whoever reads the database. */
export interface StoredToken {
  /** Its first letters, to tell it apart. */
  readonly id: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly scope: TokenScope;
  /** ISO 8601. */
  readonly expires?: string;
}

const digest = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Undefined if the study never had a token; empty if all were revoked, so that nobody gets in. */
export const storedTokens = (systemAttrs: Attributes): readonly StoredToken[] | undefined =>
  systemAttrs[ATTRIBUTE.tokens] as readonly StoredToken[] | undefined;

export const tokensOf = (systemAttrs: Attributes): readonly StoredToken[] =>
  storedTokens(systemAttrs) ?? [];

/** @returns the token, which is stored nowhere */
export async function createToken(
  storage: Storage,
  study: string,
  scope: TokenScope,
  lifeMs: number | undefined,
): Promise<string> {
  const token = `hpo_${randomBytes(32).toString("base64url")}`;
  const expires = lifeMs === undefined ? undefined : new Date(Date.now() + lifeMs).toISOString();
  const kept = { id: token.slice(0, 10), hash: digest(token), scope, ...(expires && { expires }) };
  await changeTokens(storage, study, (tokens) => [...tokens, kept]);
  return token;
}

/** @throws HpoError if the study has no such token */
export async function revokeToken(storage: Storage, study: string, id: string): Promise<void> {
  await changeTokens(storage, study, (tokens) => {
    const left = tokens.filter((token) => token.id !== id);
    if (left.length < tokens.length) return left;
    const known = tokens.map((token) => token.id).join(", ");
    throw new HpoError(
      `Study ${JSON.stringify(study)} has no token ${id}; it has ${known || "none"}.`,
    );
  });
}

async function changeTokens(
  storage: Storage,
  study: string,
  change: (tokens: readonly StoredToken[]) => readonly StoredToken[],
): Promise<void> {
  const { id } = await findOrThrow(storage, study);
  const put = async (turn: Turn): Promise<void> => {
    const tokens = change(tokensOf((await turn.study()).systemAttrs));
    await turn.setAttributes({ system: { [ATTRIBUTE.tokens]: tokens } });
  };
  await takeTurn(() => storage.inTurn(id, put));
}

/** The scope of a token; undefined if it is none of these, or has expired. */
export function scopeOf(
  tokens: readonly StoredToken[],
  token: string,
  now = Date.now(),
): TokenScope | undefined {
  const shown = Buffer.from(digest(token), "hex");
  const found = tokens.filter(({ hash }) => timingSafeEqual(Buffer.from(hash, "hex"), shown));
  return found.find(({ expires }) => expires === undefined || Date.parse(expires) > now)?.scope;
}

/**
 * Reads the token from HPO_TOKEN_FILE or HPO_TOKEN, as everybody on a machine can read arguments.
 * HPO_TOKEN is removed from the environment, so that trials' programs can't print or upload it.
 */
export function tokenOfEnvironment(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { HPO_TOKEN_FILE: path, HPO_TOKEN: token } = env;
  delete env["HPO_TOKEN"];
  if (!path) return token === "" ? undefined : token;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new HpoError(`HPO_TOKEN_FILE=${path}: ${(error as Error).message}. Give its path.`);
  }
}
