import { readFileSync } from "node:fs";

/** Whether the commands that pages show are there, with their options: `hpo …`, `npx hpo …`, `npm run …`. */
export async function faultsOfCommands(blocks) {
  const { createProgram } = await import("../../dist/src/cli/program.js");
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  return blocks.flatMap(({ at, code }) =>
    linesOf(code).flatMap((line) => {
      const words = wordsOf(line.replace(/^npx /, ""));
      if (words[0] === "npm" && words[1] === "run") {
        const name = words.slice(2).find((word) => !word.startsWith("-"));
        return name in scripts ? [] : [`${at}: npm run ${name}: there is no such script`];
      }
      const fault = words[0] === "hpo" ? faultOf(createProgram(), words.slice(1)) : undefined;
      return fault ? [`${at}: ${line}: ${fault}`] : [];
    }),
  );
}

/** Lines that are commands whole: without what stands behind them for people, without choices of words. */
const linesOf = (code) =>
  code
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.replace(/\s+#.*$|\s{3,}.*$|\s+>\s+\S+$/, "").trim())
    .filter((line) => /^(?:npx )?hpo |^npm run /.test(line) && !/\w\|\w|…/.test(unquoted(line)));

const unquoted = (line) => line.replace(/"[^"]*"|'[^']*'/g, "");

const wordsOf = (line) =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c);

function faultOf(command, words) {
  const next = command.commands.find((one) => one.name() === words[0]);
  if (next) return faultOf(next, words.slice(1));
  if (command.commands.length > 0 && !words[0]?.startsWith("-")) {
    return words.length === 0 ? undefined : `there is no command ${words[0]}`;
  }
  command.configureOutput({ writeErr: () => {} });
  try {
    const { operands, unknown } = command.parseOptions(words);
    if (unknown.length > 0 && !["--help", "-h", "--version"].includes(unknown[0])) {
      return `there is no option ${unknown[0]}`;
    }
    const { registeredArguments: known } = command;
    const isMany = known.at(-1)?.variadic;
    return operands.length > known.length && !isMany ? `${operands.at(-1)} is too much` : undefined;
  } catch (error) {
    return error.message;
  }
}
