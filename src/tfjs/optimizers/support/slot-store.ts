import { keep, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import { HpoError } from "../../../errors/errors.ts";
import { loadTensor, saveTensor, type SavedArray, type SavedVariable } from "./state.ts";

/** What a rule remembers of one variable: tensors by name, each of whatever shape it needs. */
export type Slots = Readonly<Record<string, Tensor | undefined>>;

/** What is remembered of one variable between its updates. */
export interface VariableMemory {
  /** Updates so far. */
  readonly step: number;
  readonly slots: Slots;
}

interface ShapedMemory extends VariableMemory {
  readonly shape: readonly number[];
}

/** Owns the tensors that an optimizer remembers of its variables; saves and restores them. */
export class SlotStore {
  private readonly owner: string;
  private readonly live = new Map<string, ShapedMemory>();
  /** Restored memories whose variables have not come yet. */
  private waiting: readonly SavedVariable[] = [];

  constructor(owner: string) {
    this.owner = owner;
  }

  get names(): readonly string[] {
    return [...this.live.keys()];
  }

  get(variable: Variable): VariableMemory | undefined {
    return this.live.get(variable.name);
  }

  /** Takes the slots over: keeps those that are new, frees those that they replace. */
  set(variable: Variable, { step, slots }: VariableMemory): void {
    const next = new Set(Object.values(slots));
    for (const slot of next) if (slot) keep(slot);
    const old = this.live.get(variable.name)?.slots ?? {};
    for (const slot of Object.values(old)) if (!next.has(slot)) slot?.dispose();
    this.live.set(variable.name, { step, slots, shape: variable.shape });
  }

  async save(): Promise<readonly SavedVariable[]> {
    const saved = [...this.live].map(([name, memory]) => saveMemory(name, memory));
    return [...(await Promise.all(saved)), ...this.waiting];
  }

  /** Forgets everything; the saved memories wait for their variables to come to `adopt`. */
  restore(saved: readonly SavedVariable[]): void {
    this.dispose();
    this.waiting = saved;
  }

  /**
   * Gives the waiting memories to these variables: by name; by order where no name fits.
   * @throws HpoError if their number or a shape differs from what was saved.
   */
  adopt(variables: readonly Variable[]): void {
    if (this.waiting.length === 0) return;
    const fits = (saved: SavedVariable) => variables.some(({ name }) => name === saved.name);
    if (this.waiting.some(fits)) {
      for (const variable of variables) {
        const saved = this.waiting.find(({ name }) => name === variable.name);
        if (saved) this.fill(variable, saved);
      }
      this.waiting = this.waiting.filter((saved) => !fits(saved));
    } else if (this.live.size === 0) {
      this.adoptInOrder(variables);
    }
  }

  dispose(): void {
    for (const { slots } of this.live.values()) {
      for (const slot of Object.values(slots)) slot?.dispose();
    }
    this.live.clear();
    this.waiting = [];
  }

  private adoptInOrder(variables: readonly Variable[]): void {
    if (this.waiting.length !== variables.length) {
      throw this.doesNotFit(
        `${this.waiting.length} variables (${this.waiting.map(({ name }) => name).join(", ")})`,
        `${variables.length} (${variables.map(({ name }) => name).join(", ")})`,
      );
    }
    variables.forEach((variable, index) => this.fill(variable, this.waiting[index]));
    this.waiting = [];
  }

  private fill(variable: Variable, saved: SavedVariable): void {
    if (saved.shape.join() !== variable.shape.join()) {
      throw this.doesNotFit(
        `"${saved.name}" with shape [${saved.shape.join(", ")}]`,
        `"${variable.name}" with [${variable.shape.join(", ")}]`,
      );
    }
    const slots = Object.entries(saved.slots).map(([name, slot]) => [name, loadTensor(slot)]);
    this.set(variable, { step: saved.step, slots: Object.fromEntries(slots) as Slots });
  }

  private doesNotFit(saved: string, here: string): HpoError {
    return new HpoError(
      `${this.owner}: the restored state knows ${saved}, but the variables here are ${here}. ` +
        "Build the model as it was when the state was saved.",
    );
  }
}

async function saveMemory(name: string, memory: ShapedMemory): Promise<SavedVariable> {
  const slots: Record<string, SavedArray> = {};
  for (const [slot, value] of Object.entries(memory.slots)) {
    if (value) slots[slot] = await saveTensor(value);
  }
  return { name, shape: memory.shape, step: memory.step, slots };
}
