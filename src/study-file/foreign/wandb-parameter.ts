import type { Scalar } from "../../space/distribution.ts";
import type { ParameterContent } from "../study-file-schema.ts";
import { isMapping, numberGiven } from "./foreign-file.ts";

type Given = Readonly<Record<string, unknown>>;

/** A parameter of a sweep: searched, the same in all runs, or what could not be read of it. */
export type WandbParameter =
  | { readonly kind: "searched"; readonly parameter: ParameterContent; readonly remark?: string }
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "unread"; readonly remark: string };

const isScalarValue = (value: unknown): value is Scalar =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

/** How many standard deviations on either side stand for a normal distribution. */
const DEVIATIONS = 3;

/** @param isReal whether a bound is written as a real number: `1.0` */
export function wandbParameter(given: Given, isReal = false): WandbParameter {
  if ("value" in given) return { kind: "constant", value: given["value"] };
  if (Array.isArray(given["values"])) return choice(given["values"], given);
  const name = given["distribution"];
  if (name === "constant") return unread("it is constant and has no value");
  const kind = typeof name === "string" ? name : isReal ? "uniform" : uniformOf(given);
  return numeric(kind, given);
}

const unread = (remark: string): WandbParameter => ({ kind: "unread", remark });

function choice(values: readonly unknown[], given: Given): WandbParameter {
  if (!values.every(isScalarValue)) {
    return unread("its values hold lists or maps. Give each a name, and look it up in the program");
  }
  const choices = [...new Set(values)];
  if (choices.length === 0) return unread("it has no values");
  const remark =
    "probabilities" in given ? "probabilities are not kept: all are as likely" : undefined;
  return {
    kind: "searched",
    parameter: { type: "categorical", choices },
    ...(remark && { remark }),
  };
}

const uniformOf = ({ min, max }: Given): string =>
  Number.isInteger(min) && Number.isInteger(max) ? "int_uniform" : "uniform";

function numeric(distribution: string, given: Given): WandbParameter {
  const [low, high] = [numberGiven(given["min"]), numberGiven(given["max"])];
  const q = numberGiven(given["q"]) ?? 1;
  const hasRange = low !== undefined && high !== undefined;
  switch (distribution) {
    case "int_uniform":
      return hasRange ? searched({ type: "int", low, high }) : noRange();
    case "uniform":
      return hasRange ? searched({ type: "float", low, high }) : noRange();
    case "q_uniform":
      return hasRange ? searched(stepped(low, high, q)) : noRange();
    case "log_uniform_values":
    case "inv_log_uniform_values":
      return hasRange ? logarithmic(low, high, distribution) : noRange();
    case "q_log_uniform_values":
      return hasRange ? quantised(low, high, q) : noRange();
    case "log_uniform":
    case "inv_log_uniform":
      return hasRange ? exponents(low, high, distribution) : noRange();
    case "q_log_uniform":
      return hasRange ? quantised(Math.exp(low), Math.exp(high), q) : noRange();
    case "normal":
    case "q_normal":
    case "log_normal":
    case "q_log_normal":
      return around(distribution, given, q);
    default:
      return unread(`there is no counterpart of the distribution ${distribution}`);
  }
}

const searched = (parameter: ParameterContent, remark?: string): WandbParameter => ({
  kind: "searched",
  parameter,
  ...(remark !== undefined && { remark }),
});
const noRange = (): WandbParameter => unread("it has no min and max");

const stepped = (low: number, high: number, step: number): ParameterContent =>
  [low, high, step].every(Number.isInteger)
    ? { type: "int", low, high, step }
    : { type: "float", low, high, step };

const INVERSE =
  "it was searched by its inverse's logarithm, here by its logarithm, which is the same";

function logarithmic(low: number, high: number, name: string): WandbParameter {
  if (low <= 0) return unread(`${name} needs min above 0`);
  const remark = name.startsWith("inv") ? INVERSE : undefined;
  return searched({ type: "float", low, high, log: true }, remark);
}

/** Whole numbers by their logarithm are searched here; other steps are not. */
function quantised(low: number, high: number, q: number): WandbParameter {
  const isWhole = Number.isInteger(q) && q >= 1;
  const remark =
    q === 1 ? undefined : `its step q=${q} is not kept, as it is searched by its logarithm`;
  if (!isWhole)
    return low > 0 ? searched({ type: "float", low, high, log: true }, remark) : noRange();
  const [least, most] = [Math.max(1, Math.round(low)), Math.round(high)];
  return searched({ type: "int", low: least, high: most, log: true }, remark);
}

/** min and max are exponents of e there; who gave values meant log_uniform_values. */
function exponents(low: number, high: number, name: string): WandbParameter {
  const isLikelyValues = low > 0 && high > 0 && high <= 1;
  if (isLikelyValues) {
    return searched(
      { type: "float", low, high, log: true },
      `${name} takes exponents of e, so that it searched ${short(Math.exp(low))} to ${short(Math.exp(high))}; ` +
        `${low} to ${high} look like the values that were meant, and are taken`,
    );
  }
  // Of its inverse: the least exponent is that of the greatest value.
  const [least, most] = name.startsWith("inv") ? [-high, -low] : [low, high];
  return searched(
    { type: "float", low: short(Math.exp(least)), high: short(Math.exp(most)), log: true },
    `${low} and ${high} are exponents of e` + (name.startsWith("inv") ? ", of its inverse" : ""),
  );
}

const short = (value: number): number => Number(value.toPrecision(6));

function around(name: string, given: Given, q: number): WandbParameter {
  const [mu, sigma] = [numberGiven(given["mu"]) ?? 0, numberGiven(given["sigma"]) ?? 1];
  const [low, high] = [mu - DEVIATIONS * sigma, mu + DEVIATIONS * sigma].map(short);
  const remark = `${name} has no bounds: searched within ${DEVIATIONS} standard deviations, evenly`;
  if (name.includes("log")) {
    const range = { low: short(Math.exp(low)), high: short(Math.exp(high)) };
    const step = name.startsWith("q_") ? `; its step q=${q} is not kept` : "";
    return searched({ type: "float", ...range, log: true }, `${remark} by its logarithm${step}`);
  }
  return name.startsWith("q_")
    ? searched(stepped(low, high, q), remark)
    : searched({ type: "float", low, high }, remark);
}

/** The parameters of a sweep by their names; those within others have both, with a dot. */
export function flatParameters(
  given: Given,
  before: readonly string[] = [],
): { readonly keys: readonly string[]; readonly name: string; readonly given: Given }[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const keys = [...before, key];
    const name = keys.filter((part, at) => part !== "parameters" || at % 2 === 0).join(".");
    if (!isMapping(value)) return [{ keys, name, given: { value } }];
    return isMapping(value["parameters"])
      ? flatParameters(value["parameters"], [...keys, "parameters"])
      : [{ keys, name, given: value }];
  });
}
