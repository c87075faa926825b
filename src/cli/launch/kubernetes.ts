import { Option } from "commander";
import { isAbsolute, normalize } from "node:path";
import { UsageError } from "../usage-error.ts";
import { dockerfile, IMAGE_FOLDER } from "./dockerfile.ts";
import type { Launcher } from "./launcher.ts";
import { headline, workWords, type LaunchFlags, type WorkJob } from "./work-job.ts";

interface KubernetesFlags extends LaunchFlags {
  readonly image?: string;
  readonly namespace?: string;
  readonly dockerfile?: boolean;
}

/** Where the Secret is mounted; no folder of the image. */
const SECRET_FOLDER = "/run/secrets/hpo";
/** The user `node` of the image. */
const USER = 1000;
/** How often each worker may fail by itself. */
const MOST_FAILURES = 6;

/** An Indexed Job. */
export const kubernetes: Launcher = {
  name: "kubernetes",
  description:
    "an Indexed Job: a pod each worker; lost nodes and drained workers count as no failure",
  options: [
    new Option("--image <image>", "what --dockerfile made, as registry/name:tag"),
    new Option("--namespace <name>", "the namespace of the job and its Secret"),
    new Option("--dockerfile", "print a Dockerfile for the image instead"),
  ],
  place: { folder: IMAGE_FOLDER, hpo: "hpo" },
  submit: ["kubectl", "apply", "-f", "-"],
  write: async (job, flags: KubernetesFlags) => {
    const [path] = job.file.split("#");
    if (isAbsolute(path) || normalize(path).startsWith("..")) {
      throw new UsageError(
        `hpo launch kubernetes ${job.file}: the image holds this folder alone. Give a file in it.`,
      );
    }
    if (flags.dockerfile) {
      if (!flags.submit) return dockerfile();
      throw new UsageError("--dockerfile prints what docker builds, and --submit a job. Give one.");
    }
    checkFlags(flags);
    const { stringify } = await import("yaml");
    const inNamespace = flags.namespace === undefined ? "" : ` --namespace ${flags.namespace}`;
    const secret =
      `# ${headline(job)}. Its token is a Secret:\n` +
      `#   kubectl create secret generic ${job.name} --from-file=token=hpo-token${inNamespace}\n`;
    return (
      secret +
      stringify(manifest(job, flags), { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()
    );
  },
};

function manifest(job: WorkJob, { image, namespace }: KubernetesFlags): object {
  const metadata = {
    labels: { "app.kubernetes.io/name": "hpo", "app.kubernetes.io/instance": job.name },
    annotations: { "hpo/study": job.study },
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: job.name, ...(namespace !== undefined && { namespace }), ...metadata },
    spec: {
      completionMode: "Indexed",
      completions: job.workers,
      parallelism: job.workers,
      backoffLimitPerIndex: MOST_FAILURES,
      podFailurePolicy: {
        rules: [
          // Its node was drained or lost, or its place given to others.
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
          // hpo's: told to stop while there is more to do.
          {
            action: "Ignore",
            onExitCodes: { containerName: "worker", operator: "In", values: [75] },
          },
        ],
      },
      template: { metadata, spec: podSpec(job, image!) },
    },
  };
}

function podSpec(job: WorkJob, image: string): object {
  const limits = {
    ...(job.gpus > 0 && { "nvidia.com/gpu": job.gpus }),
    ...(job.bytes !== undefined && { memory: `${Math.ceil(job.bytes / 2 ** 20)}Mi` }),
  };
  const requests = { cpu: String(job.cpus ?? 1), ...limits };
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: job.graceSeconds,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER },
    containers: [
      {
        name: "worker",
        image,
        command: workWords(job),
        workingDir: job.folder,
        env: [{ name: "HPO_TOKEN_FILE", value: `${SECRET_FOLDER}/token` }],
        resources: { requests, ...(Object.keys(limits).length > 0 && { limits }) },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "token", mountPath: SECRET_FOLDER, readOnly: true }],
      },
    ],
    volumes: [{ name: "token", secret: { secretName: job.name } }],
  };
}

function checkFlags({ image, namespace, tokenFile }: KubernetesFlags): void {
  if (image === undefined || !/^[a-z0-9][\w.:/@-]*$/i.test(image)) {
    throw new UsageError(
      "hpo launch kubernetes: give --image IMAGE, as registry/name:tag; --dockerfile prints how to make it.",
    );
  }
  if (namespace !== undefined && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) {
    throw new UsageError(
      `--namespace ${namespace} must be a–z, 0–9 and dashes, at most 63 of them.`,
    );
  }
  if (tokenFile !== undefined) {
    throw new UsageError(
      "--token-file: in Kubernetes the token is a Secret; the manifest's first lines say how it is made.",
    );
  }
}
