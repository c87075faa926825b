import test from "ava";
import { execFileSync } from "node:child_process";
import { chownSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StorageError } from "../../../errors/errors.ts";
import { freePort } from "../../../cli/work/testing/processes.ts";
import { certificatesFor } from "../../../testing/certificates.ts";
import { postgresBinaries } from "../../../testing/postgres/postgres-binaries.ts";
import { startPostgres } from "../../../testing/postgres/postgres-cluster.ts";
import { runSql } from "../../../testing/postgres/run-sql.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";

const PASSWORD = "p@ss:w/o%r?d#&";
const isThere = postgresBinaries() !== undefined;

(isThere ? test : test.skip)(
  "sslmode is what libpq says it is, and no password is told",
  async (t) => {
    const folder = await tempFolder(t);
    if (process.getuid?.() === 0) execFileSync("chmod", ["755", folder]);
    const { ca, cert, key } = certificatesFor("localhost", folder);
    const other = certificatesFor("elsewhere", await tempFolder(t));
    const port = await freePort();
    if (process.getuid?.() === 0) chownSync(key, 65534, 65534);
    const ssl = { ssl: "on", ssl_cert_file: cert, ssl_key_file: key };
    const cluster = await startPostgres({
      listen_addresses: "127.0.0.1",
      port: String(port),
      ...ssl,
    });
    t.teardown(() => cluster.stop());
    const admin = `${cluster.url("postgres")}&port=${port}`;
    const hba = join(dirname(cluster.socket), "data", "pg_hba.conf");
    const reload = () => runSql(admin, "select pg_reload_conf()");
    writeFileSync(hba, `local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n`);
    await runSql(admin, `create role me login superuser password '${PASSWORD}'`);
    await reload();

    const url = (mode: string, password = encodeURIComponent(PASSWORD)): string =>
      `postgres://me:${password}@localhost:${port}/postgres?${mode}`;
    const opens = async (text: string): Promise<void> => {
      const storage = await openStorage(text);
      t.false(storage.url.includes("ss%3A"), storage.url);
      await storage.listStudies();
      await storage.close();
    };
    const refused = async (text: string, message: RegExp): Promise<void> => {
      const error = await t.throwsAsync(openStorage(text), { instanceOf: StorageError, message });
      t.notRegex(
        `${error?.stack} ${String((error?.cause as Error | undefined)?.stack)}`,
        /p@ss|p%40ss/,
      );
    };
    await opens(url("sslmode=require"));
    await opens(url(`sslmode=verify-full&sslrootcert=${ca}`));
    await refused(url("sslmode=disable"), /no pg_hba\.conf entry.*no encryption/);
    await refused(
      url("sslmode=verify-full"),
      /can't be opened.*self.signed|unable to (get|verify)/i,
    );
    await refused(url(`sslmode=verify-full&sslrootcert=${other.ca}`), /signature|issuer|verify/i);
    await refused(url("sslmode=require", "wrong"), /does not take this user.*PGPASSWORD/);
    await refused(url("sslmode=require", PASSWORD), /./);

    copyFileSync(other.cert, cert);
    writeFileSync(key, readFileSync(other.key));
    await reload();
    await refused(url(`sslmode=verify-full&sslrootcert=${other.ca}`), /localhost/);
    await opens(url(`sslmode=verify-ca&sslrootcert=${other.ca}`));
  },
);
