import { StorageError, StorageNotFoundError } from "../../errors/errors.ts";
import type { Connection } from "./connection.ts";
import type { Query } from "./prepared.ts";
import type { Transaction } from "./transaction.ts";
import { SCHEMA } from "./tables.ts";

/**
 * Creates the tables in an empty database.
 * @param create whether they are created; else their lack is an error
 * @throws StorageError if it holds other tables, or those of another version; StorageNotFoundError if it has
 * none, and none are to be created.
 */
export async function ensureSchema(connection: Connection, create: boolean): Promise<void> {
  const { dialect, url } = connection;
  const there = await connection.read((tx) => foundSchema(connection, tx));
  if (there === "ours") return;
  if (!create) {
    throw new StorageNotFoundError(`${url} is empty: it has no tables yet. ${dialect.ifEmpty}`);
  }
  await connection.write(async (tx) => {
    if (dialect.lockTables) await tx.all(dialect.lockTables);
    if ((await foundSchema(connection, tx)) === "ours") return; // another process was faster
    for (const sql of dialect.schema) await tx.all({ sql, parameters: [] });
    const { builder } = dialect;
    const { version, revision, libraryVersion } = SCHEMA;
    const info = { version_info_id: 1, schema_version: version, library_version: libraryVersion };
    await tx.all(builder().insertInto("version_info").values(info).compile());
    await tx.all(
      builder().insertInto("alembic_version").values({ version_num: revision }).compile(),
    );
  });
}

// As text: the first statement that is compiled takes longer than all that opening a database needs.
const REVISIONS: Query<{ version_num: string }> = {
  sql: "select version_num from alembic_version",
  parameters: [],
};

async function foundSchema(
  { url, dialect }: Connection,
  tx: Transaction,
): Promise<"ours" | "none"> {
  const tables = (await tx.all(dialect.tableNames)).map(({ name }) => name);
  if (tables.length === 0) return "none";
  if (!tables.includes("alembic_version") || !tables.includes("trials")) {
    throw new StorageError(
      `${url} is a database of something else: it holds ${shown(tables)}. Choose another place.` +
        (tables.includes("studies")
          ? " If a release of Optuna before 1.0 wrote it: `optuna storage upgrade` first."
          : ""),
    );
  }
  const revisions = await tx.all(REVISIONS);
  const found = revisions.map((row) => row.version_num).join(", ") || "none";
  if (found === SCHEMA.revision) return "ours";
  throw new StorageError(
    `${url} has revision ${found} of Optuna's schema; ${SCHEMA.revision} is what is known here. ` +
      "Bring an older one up to date with `optuna storage upgrade --storage URL`; " +
      "for a newer one, update hpo.",
  );
}

const shown = (names: readonly string[]): string =>
  names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
