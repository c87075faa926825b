import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  type Distribution,
} from "../space/distribution.ts";
import type { StudyFileContent } from "./study-file-schema.ts";

/** What a parameter of a study file is drawn from. @throws HpoError on a range that there is not */
export function distributionOfFile(parameter: StudyFileContent["space"][string]): Distribution {
  switch (parameter.type) {
    case "float":
      return floatDistribution(parameter.low, parameter.high, parameter);
    case "int":
      return intDistribution(parameter.low, parameter.high, parameter);
    case "categorical":
      return categoricalDistribution(parameter.choices);
  }
}
