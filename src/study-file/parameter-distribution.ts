import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  type Distribution,
} from "../space/distribution.ts";
import type { parameterSchema } from "./study-file-schema.ts";
import type { z } from "../vendor/zod.ts";

/** What a parameter of a study file is drawn from. @throws HpoError on a range that there is not */
export function distributionOfFile(parameter: z.output<typeof parameterSchema>): Distribution {
  switch (parameter.type) {
    case "float":
      return floatDistribution(parameter.low, parameter.high, parameter);
    case "int":
      return intDistribution(parameter.low, parameter.high, parameter);
    case "categorical":
      return categoricalDistribution(parameter.choices);
  }
}
