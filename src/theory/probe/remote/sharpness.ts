import { ritz, settled, type RitzStep } from "../../curvature/ritz.ts";
import type { SharpnessMeasurement } from "../measurement.ts";
import type { Inquiry } from "./inquiry.ts";

const LANCZOS_PRODUCTS = 12;
const LANCZOS_TOLERANCE = 0.05;
const POWER_PRODUCTS = 25;
const TRACE_SAMPLES = 16;
/** A Hessian-vector product by double back-propagation, in gradients. */
export const PRODUCT = 2;

/** λ_max by Lanczos, the tridiagonal numbers of which the program tells. */
export async function remoteSharpness(
  inquiry: Inquiry,
  preconditioned: boolean,
): Promise<SharpnessMeasurement | undefined> {
  const what = preconditioned ? "λ_max of the preconditioned Hessian" : "λ_max";
  const products = Math.min(LANCZOS_PRODUCTS, Math.floor(inquiry.left / PRODUCT));
  if (products < 3) return inquiry.leaveOut(what);
  const { seed = 0 } = inquiry.options;
  await inquiry.ask({ ask: "lanczosStart", seed, preconditioned });
  const alphas: number[] = [];
  const betas: number[] = [];
  const history: RitzStep[] = [];
  for (let k = 1; k <= products; k++) {
    const { alpha, beta } = await inquiry.ask({ ask: "lanczosStep" });
    if (!Number.isFinite(alpha + beta)) {
      inquiry.warn(`${what}: the Hessian-vector product was not finite`);
      return undefined;
    }
    alphas.push(alpha);
    const pair = ritz(alphas, betas);
    betas.push(beta);
    const exhausted = k >= inquiry.greeting.weights || beta <= 1e-12 * pair.size;
    const residual = exhausted ? 0 : beta * Math.abs(pair.last);
    history.push({ lambdaMax: pair.largest, residual });
    const converged = exhausted || settled(history, LANCZOS_TOLERANCE);
    if (converged || k === products) {
      if (!converged) inquiry.warn(`${what} did not settle in ${k} products`);
      return { value: pair.largest, residual, products: k, converged };
    }
  }
  return undefined;
}

export async function remotePowerIteration(inquiry: Inquiry) {
  const steps = Math.min(POWER_PRODUCTS, Math.floor(inquiry.left / PRODUCT));
  if (steps < 2) return inquiry.leaveOut("power iteration");
  const { seed = 0 } = inquiry.options;
  const { value, converged, products } = await inquiry.ask({
    ask: "power",
    steps,
    tolerance: LANCZOS_TOLERANCE / 5,
    seed,
  });
  return Number.isFinite(value) ? { value, products, converged } : undefined;
}

/** tr H by Hutchinson, with its standard error. */
export async function remoteTrace(inquiry: Inquiry) {
  const samples = Math.min(TRACE_SAMPLES, Math.floor(inquiry.left / PRODUCT));
  if (samples < 2) return inquiry.leaveOut("tr H");
  const answer = await inquiry.ask({ ask: "trace", samples, seed: inquiry.options.seed ?? 0 });
  const m = answer.samples.length;
  const value = total(answer.samples) / m;
  const variance = total(answer.samples.map((one) => (one - value) ** 2)) / Math.max(1, m - 1);
  return { value, standardError: Math.sqrt(variance / m), products: answer.products };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
