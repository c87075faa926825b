import type { AxeResults } from "axe-core";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

/** Ends transitions and begins no more: a colour halfway between two is no fault of the page. */
const WITHOUT_MOTION =
  "*, ::before, ::after { transition: none !important; animation: none !important }";

/**
 * What axe-core calls serious or critical in a page at rest, a line each. A page that forbids scripts must
 * be opened with `bypassCSP`.
 * @param rules of axe, to turn some off
 */
export async function axeFaults(
  page: Page,
  rules: Readonly<Record<string, { readonly enabled: boolean }>> = {},
): Promise<string[]> {
  await page.addStyleTag({ content: WITHOUT_MOTION });
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  const options = JSON.stringify({ rules, resultTypes: ["violations"] });
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
