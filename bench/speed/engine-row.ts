/** A line of the engine's bench. */
export interface EngineRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What is asked of it. */
  readonly bar?: string;
  /** Undefined where it could not be measured. */
  readonly holds?: boolean;
}
