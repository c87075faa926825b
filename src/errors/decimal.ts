const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** Whether a text writes a number as people do: 12, -0.5, 1e-3. */
export const isDecimal = (text: string): boolean => DECIMAL.test(text.trim());

/**
 * The number that a text writes in decimal, else NaN. `Number` also reads 0x1F, 0b11 and the empty text, which
 * are slips or names where a person writes a number.
 */
export const decimalIn = (text: string): number => (isDecimal(text) ? Number(text) : NaN);
