import test from "ava";
import { yamlChoice, yamlFloat, yamlInt, loaded, read } from "./testing/foreign-study.ts";

const experiment = (spec: object) => ({
  apiVersion: "kubeflow.org/v1beta1",
  kind: "Experiment",
  metadata: { name: "tfjob" },
  spec: {
    objective: { type: "maximize", goal: 0.99, objectiveMetricName: "accuracy" },
    algorithm: { algorithmName: "bayesianoptimization" },
    parallelTrialCount: 3,
    maxTrialCount: 12,
    maxFailedTrialCount: 3,
    ...spec,
  },
});
const double = (min: string, max: string, more = {}) => ({
  parameterType: "double",
  feasibleSpace: { min, max, ...more },
});

test("an experiment of Katib is a study, with its container's command", async (t) => {
  const container = {
    name: "training",
    image: "mnist:1",
    resources: { limits: {} },
    command: [
      "python3",
      "/opt/mnist.py",
      "--batch-size=64",
      "--lr=${trialParameters.learningRate}",
    ],
    args: ["--n=${trialParameters.numLayers}", "--opt", "${trialParameters.optimizer}"],
  };
  const template = {
    primaryContainerName: "training",
    trialParameters: [
      { name: "learningRate", reference: "lr" },
      { name: "numLayers", reference: "num-layers" },
      { name: "optimizer", reference: "optimizer" },
    ],
    trialSpec: {
      kind: "Job",
      spec: {
        template: { spec: { containers: [{ name: "sidecar", command: ["x"] }, container] } },
      },
    },
  };
  const parameters = [
    { name: "lr", ...double("0.01", "0.05", { distribution: "logUniform" }) },
    { name: "num-layers", parameterType: "int", feasibleSpace: { min: "2", max: "6", step: "2" } },
    { name: "optimizer", parameterType: "categorical", feasibleSpace: { list: ["sgd", "adam"] } },
    { name: "width", parameterType: "discrete", feasibleSpace: { list: ["64", "128"] } },
  ];
  const early = {
    algorithmName: "medianstop",
    algorithmSettings: [
      { name: "min_trials_required", value: "3" },
      { name: "start_step", value: "5" },
    ],
  };
  const { study, told, definition, argv } = await loaded(
    experiment({ parameters, trialTemplate: template, earlyStopping: early }),
    { lr: 0.02, "num-layers": 4, optimizer: "adam", width: 64 },
  );
  t.like(definition, { name: "tfjob", trials: 12, workers: 3, metrics: { accuracy: "maximize" } });
  t.deepEqual<unknown, unknown>(study.space, {
    lr: yamlFloat(0.01, 0.05, { log: true }),
    "num-layers": yamlInt(2, 6, { step: 2 }),
    optimizer: yamlChoice("sgd", "adam"),
    width: yamlChoice(64, 128),
  });
  t.deepEqual(study.pruner, { name: "median", startupTrials: 3, warmupSteps: 5 });
  t.deepEqual(study.until, { targetValue: 0.99 });
  t.deepEqual(argv, [
    ...["python3", "/opt/mnist.py", "--batch-size=64", "--lr=0.02", "--n=4", "--opt", "adam"],
  ]);
  t.regex(told, /^line \d+: spec\.maxFailedTrialCount: it has no counterpart/m);
  t.regex(told, /image of the container has no counterpart/);
  t.regex(told, /resources of the container has no counterpart/);
});

test("a Go template of an older Katib gives its command, with flags for names", async (t) => {
  const rawTemplate = [
    ...["apiVersion: batch/v1", "kind: Job", "metadata:", "  name: {{.Trial}}", "spec:"],
    ...["  template:", "    spec:", "      containers:", "      - name: {{.Trial}}"],
    ...["        image: mxnet", "        command:", '        - "python3"', '        - "mnist.py"'],
    ...["        {{- with .HyperParameters}}", "        {{- range .}}"],
    ...['        - "{{.Name}}={{.Value}}"', "        {{- end}}", "        {{- end}}"],
  ].join("\n");
  const { study, argv } = await loaded(
    experiment({
      parameters: [{ name: "--lr", ...double("0.01", "0.03") }],
      trialTemplate: { goTemplate: { rawTemplate } },
    }),
    { lr: 0.02 },
  );
  t.deepEqual<unknown, unknown>(study.space, { lr: yamlFloat(0.01, 0.03) });
  t.deepEqual(argv, ["python3", "mnist.py", "--lr=0.02"]);
});

test("of a distributed job's containers one's command is run, and the others are told", async (t) => {
  const container = {
    name: "pytorch",
    command: ["python3", "mnist.py", "--lr=${trialParameters.lr}"],
    env: [
      { name: "DATA", value: "/data" },
      { name: "LR", value: "${trialParameters.lr}" },
      { name: "KEY", valueFrom: { secretKeyRef: { name: "k" } } },
    ],
  };
  const pods = (replicas: number) => ({
    replicas,
    template: { spec: { containers: [container] } },
  });
  const { study, told, argv } = await loaded(
    experiment({
      metadata: { generateName: "mnist-" },
      parameters: [{ name: "lr", ...double("0.1", "1") }],
      trialTemplate: {
        primaryContainerName: "pytorch",
        trialParameters: [{ name: "lr", reference: "lr" }],
        trialSpec: { kind: "PyTorchJob", spec: { Master: pods(1), Worker: pods(2) } },
      },
    }),
    { lr: 0.5 },
  );
  t.deepEqual(argv, ["python3", "mnist.py", "--lr=0.5"]);
  t.deepEqual(study.env, { DATA: "/data" });
  t.regex(told, /3 replicas ran together: its command runs once here/);
  t.regex(told, /LR of its env has no value that stands there/);
  t.regex(told, /KEY of its env has no value that stands there/);
});

test("what Katib has and a study has not is told", (t) => {
  const { study, told } = read(
    experiment({
      algorithm: { algorithmName: "enas", algorithmSettings: [{ name: "a", value: "1" }] },
      parameters: [
        { name: "lr", ...double("0.1", "1", { distribution: "normal" }) },
        { name: "bad", parameterType: "double", feasibleSpace: {} },
      ],
      metricsCollectorSpec: { collector: { kind: "TensorFlowEvent" } },
    }),
  );
  t.deepEqual(Object.keys(study.space!), ["lr"]);
  t.deepEqual(study.command, ["python3", "train.py", "--lr={lr}"]);
  const all = told.join("\n");
  t.regex(all, /there is no enas: auto is taken/);
  t.regex(all, /lr: its distribution normal is searched evenly here/);
  t.regex(all, /bad: it has no min and max; it is left out/);
  t.regex(all, /metrics of a "TensorFlowEvent" collector are not read: print accuracy=0\.41/);
  t.regex(all, /no container was found/);
});
