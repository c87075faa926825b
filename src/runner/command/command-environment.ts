import { HpoError } from "../../errors/errors.ts";

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-text}`. */
const VARIABLE = /\$(?:(\$)|(\w+)|\{(\w+)(?::-([^}]*))?\})/g;

/**
 * A command's own variables, in which $NAME and ${NAME} stand for those of hpo's environment,
 * `${NAME:-text}` for a text where it is not set, and $$ for a dollar.
 * @param parameters the space's names, for the error where one is taken for a variable
 * @throws HpoError on a variable that is not set, and on a name that none can have or that hpo sets
 */
export function commandEnvironment(
  given: Readonly<Record<string, string>>,
  parameters: readonly string[] = [],
  own: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const expand = (variable: string, value: string): string =>
    value.replace(
      VARIABLE,
      (whole, dollar?: string, bare?: string, braced?: string, text?: string) => {
        if (dollar !== undefined) return "$";
        const name = (bare ?? braced)!;
        const found = own[name];
        if (found !== undefined && (found !== "" || text === undefined)) return found;
        if (text !== undefined) return text;
        throw notSet({ variable, value, whole, name }, parameters);
      },
    );
  for (const [name, value] of Object.entries(given)) {
    requireVariable(name);
    if (value.includes("\0")) {
      throw new HpoError(`env: ${name} holds a NUL character, which no variable can. Take it out.`);
    }
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, expand(name, value)]),
  );
}

function requireVariable(name: string): void {
  if (name === "" || /[=\0]/.test(name)) {
    throw new HpoError(
      `env: ${JSON.stringify(name)} can't name a variable, which has a name without = in it. Correct it.`,
    );
  }
  if (OF_TRIAL.test(name)) {
    throw new HpoError(
      `env: ${name} is set for each trial by hpo itself. Give yours another name.`,
    );
  }
}

interface Unset {
  readonly variable: string;
  readonly value: string;
  readonly whole: string;
  readonly name: string;
}

function notSet({ variable, value, whole, name }: Unset, parameters: readonly string[]): HpoError {
  const where = `env: ${variable}=${JSON.stringify(value)}`;
  return new HpoError(
    parameters.includes(name)
      ? `${where} names the parameter ${name}, and env is the same for all trials. Write {${name}} in ` +
          `the command, as in ${variable}={${name}} before its program, or read HPO_PARAMS.`
      : `${where}: ${whole} is not set here. Set it, write \${${name}:-} for nothing in its place, or ` +
          "$$ for a dollar.",
  );
}

/** What tells a trial's program of its trial; nothing of it is passed on to the trials of a program. */
const OF_TRIAL =
  /^HPO_(?:PARAMS(?:_FILE)?|TRIAL_.*|CHECKPOINT_DIR|CONTINUE_.*|MAX_STEP|STUDY_NAME|METRICS|GRACE_SECONDS|STOP_FILE|WORKER)$/;

/** This process's environment, without what it was told where it is a trial itself. */
export const inheritedEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || OF_TRIAL.test(name) ? [] : [[name, value]],
    ),
  );
