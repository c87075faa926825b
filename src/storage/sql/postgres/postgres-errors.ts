import { HpoError, StorageError } from "../../../errors/errors.ts";

// https://www.postgresql.org/docs/current/errcodes-appendix.html

/** The server is gone, starting or stopping, ended the session, or takes no more clients now. */
const GONE = /^(08...|57P0[1235]|25P0[34]|53300)$/;
/** A conflict with another transaction, whose writes this one sees when it is run again. */
const RACED = /^(40001|40P01|23505)$/;
/** Codes of Node's sockets, and texts of pg where a connection ended without a code. */
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOENT$|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)/;
const CLOSED = /Connection terminated|not queryable|timeout expired|timeout exceeded/;

/** The server was lost in a statement: its transaction was undone, or its outcome is unknown. */
export class LostError extends StorageError {}
/** The transaction was rolled back after a conflict with another one. */
export class RacedTransactionError extends StorageError {}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

export function isGone(error: unknown): boolean {
  const code = codeOf(error);
  return GONE.test(code) || SOCKET.test(code) || CLOSED.test(String((error as Error).message));
}

/** What went wrong in a statement, and what to do. */
export function explainedStatement(error: unknown, url: string): Error {
  if (error instanceof HpoError) return error;
  const { message } = error as Error;
  const code = codeOf(error);
  const say = (what: string, remedy: string): string =>
    `${url}: ${what} (PostgreSQL: ${message}). ${remedy}`;
  const cause = { cause: error };
  if (isGone(error)) return new LostError(say("the server was lost", "See its log."), cause);
  if (RACED.test(code)) {
    const text = say("other programs kept coming first", "Try again when fewer write at once.");
    return new RacedTransactionError(text, cause);
  }
  switch (code.slice(0, 2)) {
    case "22":
      // No StorageError, which would also fail the writes that share this one's transaction.
      return new HpoError(say("a value can't be stored", "Shorten or change it."), cause);
    case "42":
      if (code !== "42501") break;
      return new StorageError(
        say("this user may not do that", "Grant it, or use a URL with another user."),
        cause,
      );
    case "25":
      return new StorageError(
        say("the server takes no writes", "Give the URL of the primary server."),
        cause,
      );
    case "53":
    case "58":
      return new StorageError(
        say("the server is short of disk, memory or connections", "See its log; then resume."),
        cause,
      );
  }
  return new StorageError(
    say(
      "a statement failed",
      "If the database is sound, this is a fault of hpo; please report it.",
    ),
    cause,
  );
}

/** Why the database could not be opened, and what to do. */
export function explainedOpening(error: unknown, url: string): Error {
  if (error instanceof HpoError) return error;
  const { message } = error as Error;
  const cause = { cause: error };
  const say = (what: string, remedy: string): Error =>
    new StorageError(`${url}: ${what} (${message || codeOf(error)}). ${remedy}`, cause);
  const code = codeOf(error);
  if (SOCKET.test(code) || code === "ENOTFOUND" || CLOSED.test(message)) {
    return say("no server answers there", "See that it runs, and that host and port are right.");
  }
  if (/^28|SASL|password/i.test(`${code} ${message}`)) {
    return say(
      "the server does not take this user",
      "Give user and password in the URL, or the password in PGPASSWORD or a PGPASSFILE.",
    );
  }
  if (code === "3D000") {
    return say("the server has no such database", "Create it (`createdb NAME`), then try again.");
  }
  if (code === "53300") return say("the server has no free connection", "Raise max_connections.");
  return say("the database can't be opened", "See the URL, and the server's log.");
}
