// The site. `npm run docs` builds it, `npm run docs:dev` serves it.
import { cpSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { codeLinks } from './code-links.js';
import { writeForAssistants } from './for-assistants/files.js';
import { imageSizes } from './image-sizes.js';
import { linksOfTheSite, slugOf } from './links.js';
import { sectionsOf } from './search.js';
import { addressOf, type Language, SECTIONS, sidebarOf } from './sidebar.js';
import { isIsolated } from './theme/isolation/pages.js';
import { withPolicy } from './theme/isolation/policy.js';
import { RUSSIAN, SEARCH_IN_RUSSIAN } from './words.js';

const TITLE = 'VideoCloud webhooks';

const BASE = process.env.SITE_BASE ?? '/';

const FILES = ['vectors', 'observability'];

// The first section is the home page's button.
const navOf = (language: Language) =>
  SECTIONS.slice(1).map((section) => ({
    text: section[language],
    link: addressOf(section.pages[0]?.[0] ?? '', language),
    activeMatch: `^${addressOf(section.pages[0]?.[0].split('/')[0] ?? '', language)}(/|$)`,
  }));

/** The bar at the top with the class that it would only get in the browser, where it then moves. */
const withNavBesideSidebar = (html: string) =>
  html.includes('VPContent has-sidebar') ? html.replace('class="VPNavBar"', 'class="VPNavBar has-sidebar"') : html;

export default defineConfig({
  title: TITLE,
  base: BASE,
  outDir: '../build/site',
  cacheDir: '../build/site-cache',
  cleanUrls: false,
  // A first visit loads its page only.
  router: { prefetchLinks: false },
  // What pages offer as files.
  buildEnd: (site) => {
    for (const name of FILES) cpSync(`${site.srcDir}/${name}`, `${site.outDir}/${name}`, { recursive: true });
    writeForAssistants(site);
  },
  transformHead: ({ page }) => [['link', { rel: 'alternate', type: 'text/markdown', href: `${BASE}${page}` }]],
  transformHtml: (html, _file, { page }) => {
    const steady = withNavBesideSidebar(html);
    return isIsolated(`/${page}`) ? withPolicy(steady) : steady;
  },
  srcExclude: ['architecture.md', 'measurements.md'],
  markdown: {
    anchor: { slugify: slugOf },
    config: (md) => md.use(linksOfTheSite).use(codeLinks).use(imageSizes),
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'Receive, send, test and operate VideoCloud webhooks in TypeScript.',
      themeConfig: { nav: navOf('en'), sidebar: sidebarOf('en'), outline: { level: [2, 3] } },
    },
    ru: {
      label: 'Русский',
      lang: 'ru',
      title: 'Вебхуки VideoCloud',
      description: 'Приём, отправка, проверка и эксплуатация вебхуков VideoCloud на TypeScript.',
      themeConfig: { ...RUSSIAN, nav: navOf('ru'), sidebar: sidebarOf('ru') },
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        locales: { ru: { translations: SEARCH_IN_RUSSIAN } },
        miniSearch: { _splitIntoSections: (file) => sectionsOf(file) },
      },
    },
  },
});
