import type { EnhanceAppContext } from 'vitepress';
import { isIsolated } from './pages.js';

/**
 * Makes every way into and out of an isolated page a full page load.
 *
 * A policy in a page's head is in force for its document only: a page that the router puts into the document of another
 * would run without it, and the pages after it would run under it.
 */
export function loadIsolatedPagesInFull({ router, siteData }: EnhanceAppContext): void {
  if (typeof location === 'undefined') return;
  // The policy refuses to prefetch the pages behind its links.
  if (isIsolated(location.pathname)) siteData.value = { ...siteData.value, router: { prefetchLinks: false } };
  const before = router.onBeforeRouteChange;
  router.onBeforeRouteChange = (to) => {
    const { pathname, href } = new URL(to, location.href);
    if (pathname !== location.pathname && (isIsolated(pathname) || isIsolated(location.pathname))) {
      location.assign(href);
      return false;
    }
    return before?.(to);
  };
}
