import type { Tensor } from "@tensorflow/tfjs-core";
import { engine } from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";

// tfjs 4.22 differentiates a gradient once more by recording the backward pass on the same tape. Two
// faults make the result wrong without an error:
//   1. The copies that an operation saves of its *outputs* are recorded before the operation
//      itself, so the tape does not see that they depend on its inputs (tanh, exp, softmax, …).
//   2. What a custom gradient computes and keeps from inside its forward pass is on no tape at all.
// The first is mended here by recording in the right order; the second is refused.

interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
}

/** The members of tfjs's engine that are used here; all exist in 4.x, as private ones. */
interface TapeEngine {
  readonly state: { activeTape: TapeNode[] | null; readonly kernelDepth: number };
  addTapeNode(
    kernelName: string,
    inputs: Readonly<Record<string, Tensor>>,
    outputs: readonly Tensor[],
    gradient: unknown,
    saved: readonly Tensor[],
    attributes: unknown,
  ): void;
  trackTensor(tensor: Tensor, backend?: unknown): void;
}

const tapeEngine = (): TapeEngine => engine() as unknown as TapeEngine;

/** The copies of outputs that stand before the last node of the tape move behind it. */
function moveCopiesBehind(tape: TapeNode[], node: TapeNode): void {
  const outputs = new Set(node.outputs.map((tensor) => tensor.id));
  const first = tape.length - 1 - node.saved.length;
  const copies = tape.slice(first, -1);
  const isOutputCopy = ({ inputs }: TapeNode): boolean => outputs.has(inputs.x.id);
  tape.splice(
    first,
    copies.length + 1,
    ...copies.filter((copy) => !isOutputCopy(copy)),
    node,
    ...copies.filter(isOutputCopy),
  );
}

const operationName = (name: string): string => name.replace(/__op$/, "");

const refusal = (operation: string): HpoError =>
  new HpoError(
    `No exact Hessian-vector product through "${operation}": its gradient uses a value that it ` +
      "computed out of sight of the tape, so the product would be silently wrong. Use crossEntropy " +
      'of "hpo/tfjs" in its place, or finiteDifferenceProduct if the network is smooth.',
  );

/** Who computed the tensors that are on no tape, by tensor id. */
class HiddenTensors {
  private readonly owners = new Map<number, string>();

  created(tensor: Tensor): void {
    this.owners.set(tensor.id, "a custom gradient");
  }

  /** An operation is on the tape now: its outputs, and copies of what the tape knows, are in sight. */
  recorded(node: TapeNode, copies: readonly TapeNode[]): void {
    for (const output of node.outputs) this.owners.delete(output.id);
    for (const { inputs, outputs } of copies) {
      const inSight = !this.owners.has(inputs.x.id);
      if (inSight) this.owners.delete(outputs[0].id);
      else this.owners.set(outputs[0].id, operationName(node.kernelName));
    }
  }

  /** Who computed one of these out of sight; undefined if all are in sight. */
  ownerOfAny(inputs: Readonly<Record<string, Tensor>>): string | undefined {
    return Object.values(inputs)
      .map((tensor) => this.owners.get(tensor.id))
      .find((owner) => owner !== undefined);
  }
}

/**
 * Runs `work` with a tape whose gradients can be differentiated again. First-order results are
 * the same bits as without it.
 *
 * @throws HpoError naming the operation where a second derivative would be silently wrong
 */
export function withSecondOrderTape<T>(work: () => T): T {
  const tapeOwner = tapeEngine();
  const addTapeNode = tapeOwner.addTapeNode.bind(tapeOwner);
  const trackTensor = tapeOwner.trackTensor.bind(tapeOwner);
  const hidden = new HiddenTensors();
  tapeOwner.trackTensor = (tensor, backend) => {
    if (tapeOwner.state.kernelDepth > 0) hidden.created(tensor);
    trackTensor(tensor, backend);
  };
  tapeOwner.addTapeNode = (kernelName, inputs, outputs, gradient, saved, attributes) => {
    // Inside a kernel only the copies of saved tensors are recorded; they are judged with their node.
    const isCopy = tapeOwner.state.kernelDepth > 0;
    const owner = isCopy ? undefined : hidden.ownerOfAny(inputs);
    if (owner !== undefined) {
      for (const copy of saved) copy.dispose();
      throw refusal(owner);
    }
    addTapeNode(kernelName, inputs, outputs, gradient, saved, attributes);
    const tape = tapeOwner.state.activeTape;
    if (isCopy || tape === null) return;
    const node = tape[tape.length - 1];
    const copies = tape.slice(tape.length - 1 - saved.length, -1);
    hidden.recorded(node, copies);
    if (saved.length > 0) moveCopiesBehind(tape, node);
  };
  try {
    return work();
  } catch (error) {
    // The engine frees what the tape saved only when it gets to the end.
    for (const { saved } of tapeOwner.state.activeTape ?? []) saved.forEach((x) => x.dispose());
    throw error;
  } finally {
    // Both are methods of the prototype; without own members they are the engine's again.
    delete (tapeOwner as Partial<TapeEngine>).trackTensor;
    delete (tapeOwner as Partial<TapeEngine>).addTapeNode;
  }
}
