// Who may import whom, types counted: what no rule allows is an error, and so is an import cycle.

/**
 * The folders in their order: one may import those of the lines before its own. Folders of one line import
 * nothing of each other.
 */
const zones = [
  ["src/vendor"],
  ["src/errors", "src/numerics"],
  ["src/space"],
  ["src/contracts", "src/surrogate"],
  ["src/acquisition"],
  ["src/system"],
  ["src/storage", "src/artifacts", "src/export", "src/theory", "src/importance", "strategies"],
  ["src/runner", "src/pruners", "src/tfjs", "src/plots"],
  ["src/study", "src/report"],
  ["src/index.ts", "src/study-file", "src/testing", "src/server", "src/mcp"],
  ["src/workers"],
  ["src/cli"],
  ["bench"],
];

const mathematics = ["src/vendor", "src/errors", "src/numerics"];
const contracts = [...mathematics, "src/space", "src/contracts"];

/** Folders that may import less than what stands before them. */
const narrower = {
  "src/contracts": [...mathematics, "src/space"],
  "src/surrogate": [...mathematics, "src/space"],
  "src/acquisition": [...mathematics, "src/space", "src/surrogate"],
  "src/system": ["src/errors"],
  "src/storage": [...contracts, "src/system"],
  "src/artifacts": contracts,
  "src/export": contracts,
  "src/theory": contracts,
  "src/importance": [...contracts, "src/surrogate"],
  "src/pruners": [...contracts, "src/theory"],
  "src/tfjs": [...contracts, "src/theory"],
  // They draw and weigh records, not a study.
  "src/plots": [...contracts, "src/surrogate", "src/acquisition", "src/theory", "src/importance"],
};

/** The one file of the engine that knows concrete strategies. */
const strategyRegistry = "src/study/strategy-registry.ts";

/** What users import of plots; the report stands on them, and comes from there, too. */
const plotsApi = "src/plots/index.ts";

const escaped = (path) => path.replaceAll(".", "\\.");
/** Matches the files of these folders; one that is a file is itself alone. */
const filesOf = (folders) =>
  folders.map((folder) => `^${escaped(folder)}${folder.endsWith(".ts") ? "$" : "/"}`);

const folders = zones.flat();
const exempt = "\\.test\\.ts$|/(testing|fixtures)/|^src/testing/";

/** What a user's program can import. */
const publicApi = "^dist/[a-z/-]+/index\\.d\\.ts$";

const inSomeFolder = [...filesOf([...folders, "studies"]), publicApi];
const packages = ["core", "npm", "npm-dev", "npm-optional", "npm-peer"];

const mayImport = (folder, others) => ({
  from: { path: filesOf([folder]) },
  to: { path: filesOf([folder, ...others]) },
});

const allowed = zones.flatMap((zone, index) => {
  const before = zones.slice(0, index).flat();
  return zone.map((folder) => {
    const below = narrower[folder] ?? before;
    const mayUse = folder === "bench" ? below : below.filter((other) => other !== "strategies");
    return mayImport(folder, mayUse);
  });
});

export default {
  forbidden: [
    {
      name: "no-cycle",
      comment: "Files that import each other can't be read one at a time: move what both need.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "in-a-zone",
      comment: "Each file belongs to a folder of .dependency-cruiser.js.",
      severity: "error",
      from: { orphan: true, pathNot: inSomeFolder },
      to: {},
    },
  ],
  allowed: [
    ...allowed,
    { from: { path: escaped(strategyRegistry) }, to: { path: "^strategies/" } },
    { from: { path: escaped(plotsApi) }, to: { path: "^src/report/" } },
    // Studies are examples: they stand on what users can import.
    { from: { path: "^studies/" }, to: { path: ["^studies/", publicApi] } },
    { from: { path: "^bench/" }, to: { path: ["^studies/", publicApi] } },
    { from: { path: exempt }, to: { path: inSomeFolder } },
    { from: { path: inSomeFolder }, to: { dependencyTypes: packages } },
  ],
  allowedSeverity: "error",
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: ["node_modules", "^dist/"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
    },
  },
};
