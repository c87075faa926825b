import test from "ava";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { folderName } from "../../artifacts/study-folders.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { certificatesFor } from "../../testing/certificates.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { freePort, shownCommandLines, start } from "./testing/processes.ts";

const STUDY = `
name: "odd / näme"
command: sh train.sh {x}
space:
  x: { type: float, low: 0, high: 1 }
metric: json-lines
`;
/** Keeps what it is given of its environment. */
const TRAIN = `env > "$HPO_TRIAL_DIR/env"; echo "{\\"value\\": $1}"`;
const NAME = encodeURIComponent("odd / näme");

test("workers and readers reach a coordinator by TLS, its own or a proxy's, and no token is seen", async (t) => {
  const folder = await tempFolder(t);
  await writeFile(join(folder, "study.yaml"), STUDY);
  await writeFile(join(folder, "train.sh"), TRAIN);
  const { ca, cert, key } = certificatesFor("localhost", folder);
  const hpo = async (words: string, env: NodeJS.ProcessEnv = {}) => {
    const started = start(t, folder, words, env);
    return { code: await started.code, text: started.text() };
  };
  // The study is there before its token.
  await hpo("study run study.yaml --trials 1 --devices none");
  const token = async (scope: string) => {
    const name = "odd / näme";
    const made = start(t, folder, ["study", "token", "create", name, "--scope", scope], {});
    await made.code;
    return made.text().trim();
  };
  const [work, read] = [await token("work"), await token("read")];
  t.regex(work, /^hpo_[\w-]{43}$/);
  const port = await freePort();
  const inside = await freePort();
  const flags = "--trials 4 --quiet";
  const served = start(
    t,
    folder,
    `study serve study.yaml --listen 0.0.0.0:${port} --tls-cert ${cert} --tls-key ${key} ${flags}`,
    {},
  );
  const proxied = start(
    t,
    folder,
    `study serve study.yaml --listen 0.0.0.0:${inside} --behind-proxy ${flags}`,
    {},
  );
  await served.said(/Served/);
  await proxied.said(/Served/);
  const proxy = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (from, to) => {
    const { method, headers } = from;
    const path = from.url!.replace("/team/hpo", "");
    const sent = requestHttp(
      { host: "127.0.0.1", port: inside, path, method, headers },
      (answer) => {
        to.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(to);
      },
    );
    from.pipe(sent);
  });
  const outside = await freePort();
  proxy.listen(outside, "127.0.0.1");
  t.teardown(() => {
    proxy.close();
    proxy.closeAllConnections();
  });

  const own = `https://localhost:${port}/${NAME}`;
  const behind = `https://localhost:${outside}/team/hpo/${NAME}`;
  const env = { NODE_EXTRA_CA_CERTS: ca, HPO_TOKEN: work };
  const worker = (url: string, more = env) =>
    hpo(`study work ${url} --file study.yaml --devices none --workers 1 --max-trials 1`, more);
  const untrusted = await hpo(`study work ${own} --file study.yaml --devices none`, {
    HPO_TOKEN: work,
  });
  t.is(untrusted.code, 1);
  t.regex(untrusted.text, /no safe connection.*NODE_EXTRA_CA_CERTS/);
  for (const url of [own, behind]) {
    const running = worker(url);
    t.false(shownCommandLines().includes(work));
    const { code, text } = await running;
    t.is(code, 0, text);
    t.false(text.includes(work));
    const status = await hpo(`study status ${url} --json`, { ...env, HPO_TOKEN: read });
    t.is(status.code, 0, status.text);
    t.is(
      (JSON.parse(status.text) as { trials: { complete: number } }).trials.complete,
      url === own ? 2 : 3,
    );
    const refused = await worker(url, { ...env, HPO_TOKEN: read });
    t.is(refused.code, 1);
    t.regex(refused.text, /needs a token of scope work, and this token's scope is read/);
    t.false(refused.text.includes(read));
  }
  const storage = await openStorage(join(folder, "hpo.db"));
  t.teardown(() => storage.close());
  const trials = join(folder, "hpo-trials", folderName("odd / näme"));
  const kept = readdirSync(trials)
    .map((number) => join(trials, number, "env"))
    .filter((file) => existsSync(file));
  t.true(kept.length >= 3, `${kept.join(" ")}`);
  for (const file of kept) {
    t.false(readFileSync(file, "utf8").includes(work), "a program is not given the token");
  }
  served.child.kill("SIGTERM");
  proxied.child.kill("SIGTERM");
  for (const one of [served, proxied]) {
    t.is(await one.code, 0);
    t.false(one.text().includes(work));
  }
});
