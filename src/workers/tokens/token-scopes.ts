/**
 * read: see the study; work: run its trials; admin: end and exclude them. Each includes those
 * before.
 */
export const TOKEN_SCOPES = ["read", "work", "admin"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export const mayDo = (has: TokenScope, needed: TokenScope): boolean =>
  TOKEN_SCOPES.indexOf(has) >= TOKEN_SCOPES.indexOf(needed);
