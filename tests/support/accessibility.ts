import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Finding = { id: string; impact?: string | null; nodes: { html: string; failureSummary?: string }[] };

/** What axe finds serious or critical on a page, or within a part of it, as lines to read; by all rules, or by `rules`. */
export async function findings(page: Page, within = 'html', rules?: readonly string[]): Promise<string[]> {
  // As text of the driver, not of the page: the page's policy lets no other script in.
  await page.evaluate(axe.source);
  // What passed is not described: on a long page that takes longer than the rules.
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  const run = `axe.run(${JSON.stringify(within)}, ${JSON.stringify(options)})`;
  const { violations } = (await page.evaluate(run)) as { violations: Finding[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** How many pixels the page scrolls sideways. */
export const sideways = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
