/** See how the study goes; claim, report and tell; free, end and exclude its trials. Each may all before it. */
export const TOKEN_SCOPES = ["read", "work", "admin"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export const mayDo = (has: TokenScope, needed: TokenScope): boolean =>
  TOKEN_SCOPES.indexOf(has) >= TOKEN_SCOPES.indexOf(needed);
