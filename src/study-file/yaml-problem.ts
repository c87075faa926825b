import type { YAMLParseError } from "yaml";

/** What is wrong with a text in YAML, and the remedy. */
export function yamlProblem({ code, message }: Pick<YAMLParseError, "code" | "message">): string {
  if (/call stack/i.test(message)) {
    return "maps or lists stand within each other too deeply to be read. Nest them less, or close the brackets that are open.";
  }
  // A command with JSON or an option's `a: b` in it is the mistake that is made most.
  const remedy =
    code === "BLOCK_AS_IMPLICIT_KEY"
      ? "Put a text with a colon and a space in it in quotes."
      : "Correct the YAML.";
  return `${message}. ${remedy}`;
}
