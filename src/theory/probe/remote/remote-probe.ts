import { HpoError } from "../../../errors/errors.ts";
import { parseGreeting, type Conversation } from "../conversation.ts";
import type { ProbeMeasurement } from "../measurement.ts";
import type { Probe } from "../probe.ts";
import { Inquiry } from "./inquiry.ts";
import { NOISE_BATCHES, remoteNoise } from "./noise.ts";
import { remoteOptimizer, remoteRangeTest } from "./optimizer.ts";
import { PRODUCT, remotePowerIteration, remoteSharpness, remoteTrace } from "./sharpness.ts";

const ASSUMED = [
  "The loss is the training loss near these weights, to second order.",
  "The program gives the same batch the same random numbers at every question.",
  "u is the optimizer's own update with momentum and weight decay left out.",
  "Thresholds are for a frozen preconditioner and full batches.",
];

/**
 * A probe of a training problem in another process: scalars come over the conversation, everything
 * that is made of them is made here.
 * @param now seconds on a clock that does not run backwards
 * @throws HpoError if the greeting is not of the protocol
 */
export function remoteProbe(conversation: Conversation, now: () => number): Probe {
  const greeting = parseGreeting(conversation.greeting, conversation.name);
  return {
    measure: (options = {}) => measure(new Inquiry(conversation, greeting, options), now),
    dispose: () => conversation.close(),
  };
}

async function measure(inquiry: Inquiry, now: () => number): Promise<ProbeMeasurement> {
  const start = now();
  checkOptimizers(inquiry);
  const { framework, weights, batchSize, batches, optimizer: told } = inquiry.greeting;
  const first = await inquiry.ask({ ask: "gradient" });
  if (!Number.isFinite(first.loss) || !Number.isFinite(first.squaredNorm)) {
    throw new HpoError(
      `The loss at the start is ${first.loss} and its squared gradient ${first.squaredNorm}: ` +
        "nothing can be measured there. Probe at weights where both are finite.",
    );
  }
  const own = told ? await remoteOptimizer(inquiry, told) : undefined;
  const noise = await remoteNoise(inquiry);
  const needsHessian = own === undefined || own.stability.kind === "none" || own.usesHessian;
  const sharpness =
    own?.hessian ??
    (needsHessian || inquiry.options.crossChecks
      ? await remoteSharpness(inquiry, false)
      : undefined);
  const powerIteration =
    inquiry.options.crossChecks && sharpness ? await remotePowerIteration(inquiry) : undefined;
  const trace = inquiry.options.crossChecks ? await remoteTrace(inquiry) : undefined;
  const rangeTest =
    inquiry.options.crossChecks && own ? await remoteRangeTest(inquiry, own.measured) : undefined;
  return {
    version: 1,
    framework,
    step: 0,
    weights,
    batchSize,
    loss: first.loss,
    batches: Math.min(batches, NOISE_BATCHES),
    weightNorm: first.weightNorm,
    ...(sharpness && { sharpness }),
    ...(powerIteration && { powerIteration }),
    ...(trace && { trace }),
    ...noise,
    ...(first.absoluteSum > 0 && {
      sign: { gradientSum: first.absoluteSum, curvature: first.signCurvature },
    }),
    optimizers: own ? [{ ...own.measured, ...(rangeTest && { rangeTest }) }] : [],
    cost: {
      ...inquiry.cost,
      gradientsPerProduct: PRODUCT,
      seconds: now() - start,
    },
    assumptions: [...ASSUMED, ...inquiry.assumptions],
    warnings: inquiry.warnings,
  };
}

function checkOptimizers(inquiry: Inquiry): void {
  const { optimizers = "own" } = inquiry.options;
  const own = inquiry.greeting.optimizer?.name;
  if (optimizers === "own") return;
  if (optimizers === "all") {
    inquiry.warn("a program in another process answers for its own optimizer only");
    return;
  }
  const others = optimizers.filter((name) => name !== own);
  if (others.length === 0) return;
  throw new HpoError(
    `${inquiry.name} trains with ${own ?? "no optimizer"} and can't be probed for ` +
      `${others.join(", ")}. Run it with another optimizer, or leave --optimizer out.`,
  );
}
