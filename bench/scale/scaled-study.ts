import { random } from "../../strategies/index.ts";
import { defineStudy } from "../../src/study/study-definition.ts";
import { objective, space } from "../distributed/six-floats.ts";

/** As its workers know it. */
export const scaledStudy = defineStudy({ name: "scale", space, strategy: random(), objective });
