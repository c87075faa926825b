import test from "ava";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { fromJSONSchema } from "zod";
import { safeName } from "./safe-name.ts";
import { HOSTILE, launched, launchProject } from "./testing/launched.ts";

// No server of Kubernetes is asked: a schema of the Job's fields, written by hand, stands in for it.

type Schema = Parameters<typeof fromJSONSchema>[0];

/** What is looked at beside the schema. */
interface Manifest {
  readonly metadata: { readonly name: string; readonly annotations: Record<string, string> };
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly parallelism: number;
    readonly podFailurePolicy: { readonly rules: readonly { readonly action: string }[] };
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly {
          readonly command: readonly string[];
          readonly env: readonly { readonly value: string }[];
          readonly resources: { readonly limits: object };
          readonly volumeMounts: readonly { readonly mountPath: string }[];
        }[];
        readonly volumes: readonly { readonly secret: { readonly secretName: string } }[];
      };
    };
  };
}

test.serial("a Kubernetes manifest is a Job, and its token a Secret", async (t) => {
  const schema = fromJSONSchema(
    JSON.parse(readFileSync("src/cli/launch/testing/job.schema.json", "utf8")) as Schema,
  );
  for (const name of ["resnet", HOSTILE]) {
    const folder = await launchProject(t, name);
    const url = `https://head:8443/${encodeURIComponent(name)}`;
    const { out } = await launched(t, folder, [
      ...["kubernetes", "study.yaml", "-n", "16", "--gpus", "1", "--memory", "32GiB"],
      ...["--image", "registry/me/net:1", "--namespace", "lab", "--url", url, "--grace", "3m"],
    ]);
    const job = parse(out) as Manifest;
    t.deepEqual(schema.safeParse(job).error?.issues, undefined);
    const label = name === "resnet" ? "hpo-resnet" : safeName(name);
    t.is(job.metadata.name, label);
    t.is(job.metadata.annotations["hpo/study"], name);
    const { spec } = job;
    t.is(spec.completionMode, "Indexed");
    t.deepEqual([spec.completions, spec.parallelism], [16, 16]);
    t.deepEqual(
      spec.podFailurePolicy.rules.map(({ action }) => action),
      ["Ignore", "Ignore"],
    );
    const pod = spec.template.spec;
    // A policy on failures needs it.
    t.is(pod.restartPolicy, "Never");
    const [worker] = pod.containers;
    t.deepEqual(worker.resources.limits, { "nvidia.com/gpu": 1, memory: "32768Mi" });
    t.deepEqual(worker.command.slice(0, 4), ["hpo", "study", "work", url]);
    const drain = worker.command[worker.command.indexOf("--drain") + 1];
    t.is(drain, "150s");
    t.true(pod.terminationGracePeriodSeconds > Number.parseInt(drain, 10));
    t.is(pod.volumes[0].secret.secretName, label);
    t.regex(out, new RegExp(`^# +kubectl create secret generic ${label} .*--namespace lab$`, "m"));
    const [mount] = worker.volumeMounts;
    t.is(worker.env[0].value, `${mount.mountPath}/token`);
    t.false(
      schema.safeParse({ ...job, spec: { ...spec, completionmode: "Indexed" } }).success,
      "the schema sees what is misspelt",
    );
  }
});

test.serial("a Dockerfile has what the folder's package files name", async (t) => {
  const folder = await launchProject(t);
  const bare = (await launched(t, folder, "kubernetes study.yaml --dockerfile")).out;
  t.regex(bare, /^RUN npm install --global hpo@\d/m);
  for (const file of ["package.json", "package-lock.json", "requirements.txt"]) {
    writeFileSync(join(folder, file), "{}");
  }
  const printed = async (manifest: object) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    return (await launched(t, folder, "kubernetes study.yaml --dockerfile")).out;
  };
  const out = await printed({ dependencies: { hpo: "^0.1.0" } });
  t.regex(out, /^RUN npm ci --omit=dev$/m);
  t.notRegex(out, /npm install --global/);
  // Each image has an hpo, wherever package.json names it, or not at all.
  t.regex(await printed({ devDependencies: { hpo: "^0.1.0" } }), /^RUN npm ci$/m);
  t.regex(await printed({}), /^RUN npm ci --omit=dev\nRUN npm install --global hpo@\d/m);
  // What is copied is there, and what is run is what the package brings.
  const copied = [...out.matchAll(/^COPY (?:--\S+ )?(.*) \S+$/gm)].flatMap(([, files]) =>
    files.split(" "),
  );
  t.deepEqual(copied, ["requirements.txt", "package.json", "package-lock.json", "."]);
  for (const file of copied) t.true(existsSync(join(folder, file)), file);
  const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as {
    bin: Record<string, string>;
  };
  const [, command] = /^CMD \["(.*?)"/m.exec(out)!;
  t.true(existsSync(bin[command]), command);
  t.regex(out, /^RUN pip install .*requirements\.txt$/m);
  t.regex(out, /^USER node$/m);
});
