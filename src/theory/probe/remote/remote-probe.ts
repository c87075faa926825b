import { HpoError } from "../../../errors/errors.ts";
import { parseGreeting, type ProbeTransport } from "../probe-protocol.ts";
import type { ProbeMeasurement } from "../measurement.ts";
import type { Probe } from "../probe.ts";
import { RemoteMeasurement } from "./remote-measurement.ts";
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
 * A probe of a training problem in another process: scalars come over the transport, everything
 * that is made of them is made here.
 * @param now seconds on a clock that does not run backwards
 * @throws HpoError if the greeting is not of the protocol
 */
export function remoteProbe(transport: ProbeTransport, now: () => number): Probe {
  const greeting = parseGreeting(transport.greeting, transport.name);
  return {
    measure: (options = {}) => measure(new RemoteMeasurement(transport, greeting, options), now),
    dispose: () => transport.close(),
  };
}

async function measure(remote: RemoteMeasurement, now: () => number): Promise<ProbeMeasurement> {
  const start = now();
  checkOptimizers(remote);
  const { framework, weights, batchSize, batches, optimizer: told } = remote.greeting;
  const first = await remote.ask({ ask: "gradient" });
  if (!Number.isFinite(first.loss) || !Number.isFinite(first.squaredNorm)) {
    throw new HpoError(
      `The loss at the start is ${first.loss} and its squared gradient ${first.squaredNorm}: ` +
        "nothing can be measured there. Probe at weights where both are finite.",
    );
  }
  const own = told ? await remoteOptimizer(remote, told) : undefined;
  const noise = await remoteNoise(remote);
  const needsHessian = own === undefined || own.stability.kind === "none";
  const wantsHessian = needsHessian || remote.options.crossChecks;
  const sharpness = own?.usesHessian
    ? own.hessian
    : wantsHessian
      ? await remoteSharpness(remote, false)
      : undefined;
  const powerIteration =
    remote.options.crossChecks && sharpness ? await remotePowerIteration(remote) : undefined;
  const trace = remote.options.crossChecks ? await remoteTrace(remote) : undefined;
  const rangeTest =
    remote.options.crossChecks && own ? await remoteRangeTest(remote, own.measured) : undefined;
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
      ...remote.cost,
      gradientsPerProduct: PRODUCT,
      seconds: now() - start,
    },
    assumptions: [...ASSUMED, ...remote.assumptions],
    warnings: remote.warnings,
  };
}

function checkOptimizers(remote: RemoteMeasurement): void {
  const { optimizers = "own" } = remote.options;
  const own = remote.greeting.optimizer?.name;
  if (optimizers === "own") return;
  if (optimizers === "all") {
    remote.warn("a program in another process answers for its own optimizer only");
    return;
  }
  const others = optimizers.filter((name) => name !== own);
  if (others.length === 0) return;
  throw new HpoError(
    `${remote.name} trains with ${own ?? "no optimizer"} and can't be probed for ` +
      `${others.join(", ")}. Run it with another optimizer, or leave --optimizer out.`,
  );
}
