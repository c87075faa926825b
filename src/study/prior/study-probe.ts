import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import { contains } from "../../space/distribution.ts";
import { describeDistribution } from "../../space/compare-distributions.ts";
import type { Params } from "../../space/search-space.ts";
import { complete } from "../../space/search-space.ts";
import type { StudyDefinition } from "../study-definition.ts";
import { isProbe, type Probe } from "../../theory/probe/probe.ts";

/**
 * The probe of a study at these parameters; whoever opens it disposes it. Parameters that are not
 * given stand at the middle of their range.
 *
 * @throws HpoError with the remedy if the study says nothing of what to measure
 *
 * @example
 * ```ts
 * import { openProbe, type StudyDefinition } from "hpo";
 *
 * async function sharpnessOf(definition: StudyDefinition): Promise<number | undefined> {
 *   const probe = await openProbe(definition, { lr: 1e-3 });
 *   try {
 *     return (await probe.measure({ budget: 100 })).sharpness?.value;
 *   } finally {
 *     await probe.dispose?.();
 *   }
 * }
 * ```
 */
export async function openProbe(definition: StudyDefinition, given: Params = {}): Promise<Probe> {
  const { name } = definition;
  if (!definition.probe) throw withoutProbe(name);
  const source: unknown = await definition.probe(parametersAt(definition, given));
  if (isProbe(source)) return source;
  if (typeof source !== "object" || source === null) {
    throw new HpoError(
      `Study ${JSON.stringify(name)}: probe gave ${source === null ? "null" : typeof source}. ` +
        "Give { model, loss, batches, optimizer }, or a probe.",
    );
  }
  const { tfProbe } = await import("../../tfjs/index.ts");
  return tfProbe(source as Parameters<typeof tfProbe>[0]);
}

/**
 * The parameters that a probe is made with: those given, and the middle of every other range.
 * @throws HpoError on a name or a value that the study's space does not have
 */
export function parametersAt({ name: study, space }: StudyDefinition, given: Params = {}): Params {
  if (!space) return given;
  const { parameters } = space;
  for (const [name, value] of Object.entries(given)) {
    const parameter = parameters.find((one) => one.name === name);
    if (!parameter) {
      const known = parameters.map((one) => one.name);
      throw new HpoError(
        `Study ${JSON.stringify(study)} has no parameter "${name}". ${didYouMean(name, known)}`,
      );
    }
    if (!contains(parameter.distribution, value)) {
      throw new HpoError(
        `"${name}"=${JSON.stringify(value)} is not ${describeDistribution(parameter.distribution)}.`,
      );
    }
  }
  const middle = parameters.map(() => 0.5);
  return complete(space, given, middle);
}

const withoutProbe = (study: string): HpoError =>
  new HpoError(
    `Study ${JSON.stringify(study)} does not say what to measure. Give it a probe:\n\n` +
      '  import { batchesOf, mlp, sgd, … } from "hpo/tfjs";\n\n' +
      "  probe: async ({ lr, batchSize }) => ({\n" +
      "    model: mlp({ inputs: 784, hidden: [64], outputs: 10, seed: 0 }),\n" +
      "    loss: crossEntropy,\n" +
      "    batches: batchesOf(data.train, { batchSize }),\n" +
      "    optimizer: sgd({ learningRate: lr }),\n" +
      "  }),",
  );
