import { engine, type Scalar } from "@tensorflow/tfjs-core";
import { HpoError } from "../../../errors/errors.ts";

/**
 * The loss for a second or later evaluation within one step. `LayersModel.fit` keeps (tf.keep) its
 * metrics at every evaluation but frees only the first's: what later ones keep is released here.
 */
export const evaluatedAgain = (f: () => Scalar) => (): Scalar => {
  const loss = f();
  for (const tensor of engine().state.activeScope.track) tensor.kept = false;
  return loss;
};

/** How an optimizer that evaluates the loss itself answers to bare gradients. */
export const needsClosure = (name: string, why: string): HpoError =>
  new HpoError(
    `${name} ${why}, so gradients alone are not enough. Call minimize(() => loss) or ` +
      `model.compile({ optimizer }) with model.fit instead of applyGradients, ` +
      "or choose another optimizer.",
  );
