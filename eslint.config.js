import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "coverage", "site", ".bench"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "import-x": importX },
    rules: {
      "import-x/no-default-export": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
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
    files: ["src/**/*.ts"],
    ignores: ["**/*.test.ts", "**/testing/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: `TemplateElement[value.raw=/[Ss]tud(y|ies) "$/]`,
          message: "A name may hold a line end or a quote: ${JSON.stringify(name)}.",
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
  { files: ["**/*.js", "**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly" } },
  },
);
