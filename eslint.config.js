import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

// Who may import whom. A zone's `from` is forbidden to its `target`, but for the exceptions.
const forbid = (target, from, except, message) => ({ target, from, except, message });

// The contracts know each other and the mathematics below them; nothing else.
const contracts = [
  "./space",
  "./errors.ts",
  "./trial.ts",
  "./live-trial.ts",
  "./strategy.ts",
  "./watched-prior.ts",
  "./pruners/pruner.ts",
  "./storage/storage.ts",
];
const mathematics = ["./numerics", "./random"];

const zones = [
  forbid("./src/numerics", "./src", ["./numerics"], "numerics imports nothing of ours"),
  forbid("./src/random", "./src", ["./random"], "random imports nothing of ours"),
  ...contracts.map((file) =>
    forbid(
      `./src/${file.slice(2)}`,
      "./src",
      [...contracts, ...mathematics],
      "a contract knows contracts and mathematics only",
    ),
  ),
  ...["surrogate", "acquisition", "theory"].map((folder) =>
    forbid(
      `./src/${folder}`,
      "./src",
      [...new Set([`./${folder}`, "./surrogate", "./acquisition"]), ...contracts, ...mathematics],
      `${folder} knows contracts and mathematics only`,
    ),
  ),
  forbid(
    "./src/pruners",
    "./src",
    ["./pruners", "./theory", ...contracts, ...mathematics],
    "a pruner knows theory, contracts and mathematics",
  ),
  forbid(
    "./strategies",
    "./src",
    ["./surrogate", "./acquisition", "./testing", ...contracts, ...mathematics],
    "a strategy knows contracts and mathematics only",
  ),
  forbid(
    "./src/storage",
    "./src",
    ["./storage", "./testing", ...contracts, ...mathematics],
    "a storage knows contracts only",
  ),
  forbid(
    "./src/tfjs",
    "./src",
    ["./tfjs", "./theory", ...contracts, ...mathematics],
    "tfjs knows theory, contracts and mathematics",
  ),
  ...["plots", "report", "importance"].map((folder) =>
    forbid(
      `./src/${folder}`,
      "./src",
      [`./${folder}`, ...contracts, ...mathematics],
      `${folder} knows contracts and mathematics only`,
    ),
  ),
  forbid(
    "./src/runner",
    "./src",
    ["./runner", "./did-you-mean.ts", "./liveness.ts", ...contracts, ...mathematics],
    "the runner knows contracts only",
  ),
  ...["study.ts", "runner", "storage", "pruners", "space"].map((path) =>
    forbid(`./src/${path}`, "./strategies", [], "the engine never knows a concrete strategy"),
  ),
  ...["./src", "./strategies"].map((target) =>
    forbid(target, "./studies", [], "studies stand on the public API, nothing stands on them"),
  ),
  ...["./src", "./strategies", "./studies"].map((target) =>
    forbid(target, "./bench", [], "nothing stands on the bench"),
  ),
  forbid("./studies", "./src", [], 'a study imports the public API: "hpo", "hpo/strategies", …'),
  forbid(
    "./studies",
    "./strategies",
    [],
    'a study imports the public API: "hpo", "hpo/strategies", …',
  ),
];

export default tseslint.config(
  { ignores: ["dist", "coverage", "docs/api", ".bench"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-cycle": "error",
      "import-x/no-default-export": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/require-await": "off",
      "no-restricted-properties": [
        "error",
        {
          object: "Math",
          property: "random",
          message: "Randomness is seeded and passed in: take an Rng.",
        },
      ],
    },
  },
  {
    files: ["src/{numerics,random,surrogate,acquisition}/**/*.ts", "strategies/**/*.ts"],
    ignores: ["**/*.test.ts", "**/testing/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name='Math'][property.name=/^(sin|cos|tan|pow)$/]",
          message: "Not the same bits on every Node; suggestions must be. Use src/numerics.",
        },
        {
          selector: "BinaryExpression[operator='**'], AssignmentExpression[operator='**=']",
          message: "Not the same bits on every Node; multiply, or use src/numerics.",
        },
      ],
    },
  },
  {
    // Type tests declare values for their types alone.
    files: ["**/*.test.ts"],
    rules: { "@typescript-eslint/no-unused-vars": "off" },
  },
  { files: ["studies/**/*.ts"], rules: { "import-x/no-default-export": "off" } },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["**/*.js"],
    languageOptions: { globals: { process: "readonly", console: "readonly" } },
  },
);
