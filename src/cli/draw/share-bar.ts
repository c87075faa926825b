const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar for a share in [0, 1], `width` signs for 1; in ASCII to a whole sign. */
export function shareBar(share: number, width: number, unicode: boolean): string {
  const filled = Math.min(1, Math.max(0, share)) * width;
  if (!unicode) return "#".repeat(Math.round(filled));
  const eighths = Math.round(filled * 8);
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}
