import test from "ava";
import { HpoError, StorageError } from "../../../errors/errors.ts";
import {
  explainedOpening,
  explainedStatement,
  isGone,
  LostError,
  RacedTransactionError,
} from "./postgres-errors.ts";

const URL = "postgresql://h/db";
const failed = (code: string | undefined, message = "as it is said") =>
  Object.assign(new Error(message), { code });

/** Each with what is told of it. */
const STATEMENTS: readonly (readonly [code: string, kind: typeof HpoError, told: RegExp])[] = [
  ["08006", LostError, /the server was lost .*See its log/],
  ["57P01", LostError, /the server was lost/],
  ["53300", LostError, /the server was lost/],
  ["25P03", LostError, /the server was lost/],
  ["ECONNRESET", LostError, /the server was lost/],
  ["40001", RacedTransactionError, /other programs kept coming first .*fewer write at once/],
  ["40P01", RacedTransactionError, /kept coming first/],
  ["23505", RacedTransactionError, /kept coming first/],
  ["22001", HpoError, /a value can't be stored .*Shorten or change it/],
  ["42501", StorageError, /this user may not do that .*Grant it/],
  ["42601", StorageError, /a statement failed .*fault of hpo/],
  ["25006", StorageError, /takes no writes .*primary server/],
  ["53100", StorageError, /short of disk, memory or connections/],
  ["58030", StorageError, /short of disk, memory or connections/],
  ["XX000", StorageError, /a statement failed/],
];

for (const [code, kind, told] of STATEMENTS) {
  test(`a statement that failed by ${code} is told with its cause and a remedy`, (t) => {
    const cause = failed(code);
    const error = explainedStatement(cause, URL);
    t.is(error.constructor, kind);
    t.is(error.cause, cause);
    t.regex(error.message, told);
    t.true(error.message.startsWith(`${URL}: `) && error.message.includes("as it is said"));
    t.is(isGone(cause), kind === LostError);
  });
}

test("a connection that ended without a code is lost, too; our own errors stay as they are", (t) => {
  for (const message of [
    "Connection terminated unexpectedly",
    "Client is not queryable",
    "timeout expired",
  ])
    // prettier-ignore
    t.true(explainedStatement(failed(undefined, message), URL) instanceof LostError, message);
  t.false(isGone(failed(undefined)));
  const own = new HpoError("ours");
  t.is(explainedStatement(own, URL), own);
  t.is(explainedOpening(own, URL), own);
});

test("why a database could not be opened is told by what the server, or its absence, says", (t) => {
  const told = (code: string | undefined, message?: string) =>
    explainedOpening(failed(code, message), URL).message;
  for (const code of ["ECONNREFUSED", "ENOTFOUND", "ENOENT", "EHOSTUNREACH", "EAI_AGAIN"])
    t.regex(told(code), /no server answers there .*host and port are right/, code);
  t.regex(told(undefined, "timeout expired"), /no server answers/);
  t.regex(told("28P01"), /does not take this user .*PGPASSWORD/);
  t.regex(told(undefined, "SASL: no password was given"), /does not take this user/);
  t.regex(told("3D000"), /no such database .*createdb NAME/);
  t.regex(told("53300"), /no free connection .*max_connections/);
  t.regex(told("XX000"), /can't be opened .*See the URL/);
  t.regex(told("XX000", ""), /\(XX000\)/, "the code where nothing is said");
});
