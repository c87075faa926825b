import { HpoError } from "../../errors/errors.ts";
import { fitsPlaceholder, type TemplateOptions } from "./placeholders.ts";

/** `${lr}`, `$lr`, `${trialParameters.lr}`, `${{ lr }}`, `${lr:-0.1}`: its name. */
const DOLLAR = /\$(?:(?<braces>\{\{?)\s*(?<name>[^{}\s"'|?:$]+)|(?<bare>[A-Za-z_]\w*))/g;
/** `${{lr}}`, `${{now:%Y}}`: the text with one brace less. */
const ESCAPED = /^\$\{\{[^{}\s"'|?]+\}\}$/;
/** `{ lr }` and `{{ lr }}`. */
const SPACED = /\{\{?(?:\s+([^{}\s"'|?:]+)\s*|\s*([^{}\s"'|?:]+)\s+)\}(?:(?<=\{\{[^{]*)\})?/g;

/**
 * Refuses placeholders as other tools and templates write them: a shell would put something
 * else for them, or they would stay as they are, and the program would train with another value than the study keeps.
 * @throws HpoError that says to write {lr}
 */
export function checkSpelling({ command, shell, names }: TemplateOptions): void {
  const isLine = typeof command === "string";
  for (const text of isLine ? [command] : command) {
    for (const { 0: found, index, groups = {} } of text.matchAll(DOLLAR)) {
      const whole = text.slice(index).match(/^\$\{\{?[^}]*\}?\}/)?.[0] ?? found;
      const name = groups["name"] ?? groups["bare"];
      const parameter = names?.find((one) => one === name || name.endsWith(`.${one}`));
      // The way to write ${lr} itself.
      if (ESCAPED.test(whole)) continue;
      if (parameter !== undefined) throw foreign(whole, parameter);
      if (groups["braces"] === undefined) continue;
      if (names === undefined) throw foreign(whole, name);
      if (!isLine) throw unknown(whole, name);
    }
    for (const [whole, before, behind] of text.matchAll(SPACED)) {
      const name = before ?? behind;
      if (names?.includes(name)) throw foreign(whole, name);
    }
  }
  for (const name of (names ?? []).filter((one) => !fitsPlaceholder(one))) {
    for (const text of isLine ? [command] : command) {
      if (["}", "|", "?"].some((end) => text.includes(`{${name}${end}`))) throw unwritable(name);
    }
  }
  if (shell && !isLine) {
    throw new HpoError(
      "shell: true needs the command as a text, and it is a list, whose first element is run as it " +
        "is. Write it as a text, or leave shell out.",
    );
  }
}

const foreign = (whole: string, name: string): HpoError =>
  new HpoError(
    `The command has ${whole}, for which the program would get something else than the trial's ` +
      `value. Write {${name}}.` +
      (whole.startsWith("$") ? ` For a literal \${${name}} write \${{${name}}}.` : ""),
  );

const unwritable = (name: string): HpoError =>
  new HpoError(
    `The command has a placeholder of the parameter ${JSON.stringify(name)}, whose name none can hold: spaces, ` +
      "quotes, braces, | and ? stand for themselves. Rename the parameter, or read HPO_PARAMS in the program.",
  );

const unknown = (whole: string, name: string): HpoError =>
  new HpoError(
    `The command has ${whole}, and no shell runs that would put something for it. A parameter lr is ` +
      `written {lr}; a value of your own belongs under env:. For a literal \${${name}} write \${{${name}}}.`,
  );
