/** The settings of strategies/portfolio/known-settings.ts that a space can hold, as parameters. */
import type { StudyRoles } from "../../src/contracts/study-roles.ts";
import { contains, type Scalar } from "../../src/space/distribution.ts";
import { put } from "../../src/space/put.ts";
import { isActive, type Params, type SearchSpace } from "../../src/space/search-space.ts";
import { fromUnit, toUnit } from "../../src/space/unit-cube.ts";
import {
  isOneMinus,
  optimizerOf,
  trainingPartsOf,
  type TrainingPart,
  type TrainingParts,
} from "./known-parts.ts";
import {
  besideSettings,
  kindOf,
  knownSettings,
  USUAL_MOMENTUM,
  type PublishedSetting,
  type OptimizerKind,
} from "./known-settings.ts";

export interface PortfolioSetting {
  /** Of the parameters whose part is known; the others are left open. */
  readonly params: Params;
  /** In words, for people: "Adam's usual setting 1 of 3". */
  readonly source: string;
}

/** More would take trials from the strategy, which learns from this study's own. */
const MOST_SETTINGS = 4;

/** Empty where no learning rate is known: what stands beside it says little alone. */
export function portfolioOf(space: SearchSpace, roles?: StudyRoles): readonly PortfolioSetting[] {
  const lists = armsOf(space, roles).map((arm) => settingsOf(space, arm));
  const longest = Math.max(...lists.map(({ length }) => length));
  // The likeliest setting of each optimizer first.
  const turns = Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? []));
  return turns.flat().slice(0, MOST_SETTINGS);
}

/** A choice of the optimizer, and the parts that parameters play beside it. */
interface Arm {
  readonly given: Params;
  readonly kind: OptimizerKind;
  readonly parts: TrainingParts;
}

function armsOf(space: SearchSpace, roles: StudyRoles | undefined): readonly Arm[] {
  const choice = optimizerOf(space, roles);
  if (choice?.distribution.kind !== "categorical") {
    const parts = trainingPartsOf(space, roles);
    return [{ given: {}, kind: kindIn(space, parts), parts }];
  }
  return choice.distribution.choices.map((value) => ({
    given: { [choice.name]: value },
    kind: kindOf(String(value)),
    parts: trainingPartsOf(space, roles, value),
  }));
}

/** Where no choice says it, the parameters do: only Adam has a second moment. */
function kindIn({ parameters }: SearchSpace, parts: TrainingParts): OptimizerKind {
  const known = new Set(parts.values());
  if (known.has("secondMoment") || parameters.some(({ name }) => /beta_?1/i.test(name))) {
    return "adam";
  }
  return known.has("momentum") ? "momentum" : "unknown";
}

function settingsOf(space: SearchSpace, arm: Arm): PortfolioSetting[] {
  const { kind, parts } = arm;
  const searchesMomentum = [...parts.values()].includes("momentum");
  const rows = knownSettings[kind].filter(
    ({ momentum }) => kind !== "momentum" || searchesMomentum || momentum === USUAL_MOMENTUM,
  );
  return rows.flatMap((row, i) => {
    const params = fitted(space, arm, row, i);
    const source = `usual of ${kind}, ${i + 1} of ${rows.length}`;
    return params ? [{ params, source }] : [];
  });
}

/** undefined where the setting's learning rate lies outside the range: the range's author excluded it. */
function fitted(
  space: SearchSpace,
  { given, parts }: Arm,
  row: PublishedSetting,
  index: number,
): Params | undefined {
  const params: Record<string, Scalar> = { ...given };
  let hasRate = false;
  for (const parameter of space.parameters) {
    const { name, distribution } = parameter;
    const part = parts.get(name);
    if (part === undefined || distribution.kind === "categorical") continue;
    if (!isActive(parameter, params)) continue;
    const known = valueOf(part, row, index, isOneMinus(name));
    const isWithin = known !== undefined && known >= distribution.low && known <= distribution.high;
    if (part === "learningRate") {
      if (!isWithin) return undefined;
      hasRate = true;
    }
    if (!isWithin) continue;
    // On a grid the nearest value.
    const value = contains(distribution, known)
      ? known
      : fromUnit(distribution, toUnit(distribution, known));
    put(params, name, value);
  }
  return hasRate ? params : undefined;
}

function valueOf(
  part: TrainingPart,
  row: PublishedSetting,
  index: number,
  isComplemented: boolean,
): number | undefined {
  if (part in besideSettings) {
    const values: readonly number[] = besideSettings[part as keyof typeof besideSettings];
    return values[index % values.length];
  }
  const value = row[part as keyof PublishedSetting];
  const isMoment = part === "momentum" || part === "secondMoment";
  return value !== undefined && isMoment && !isComplemented ? 1 - value : value;
}
