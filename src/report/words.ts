/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/** The first letter large, as of a sentence. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "trial 5", "trials 5, 8 and 9"; of many the first. */
export function trialsText(numbers: readonly number[], most = 8): string {
  if (numbers.length === 1) return `trial ${numbers[0]}`;
  if (numbers.length <= most) return `trials ${listed(numbers.map(String))}`;
  return `trials ${numbers.slice(0, most).join(", ")} and ${numbers.length - most} more`;
}
