import { createHash } from 'node:crypto';

/** A file of a page. */
export interface PageAsset {
  /** Under the page's own path; another one for each content. */
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The files of a page. */
export interface PageAssets {
  readonly script: PageAsset;
  readonly style: PageAsset;
}

/** How long a browser may keep a file: for good, since another content has another path. */
export const ASSET_CACHE = 'private, max-age=31536000, immutable';

/** A file with a path of its own for each content. */
export function pageAsset(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): PageAsset {
  const tag = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { path: `/assets/${tag}/${name}`, type: `${type}; charset=utf-8`, bytes };
}

export type PageLanguage = 'en' | 'ru';
export type PageTheme = 'auto' | 'light' | 'dark';

/** The language that was chosen before, else the browser's. */
export function languageOf(cookie: string | undefined, accepted: string | null | undefined): PageLanguage {
  if (cookie === 'ru' || cookie === 'en') return cookie;
  return /^\s*ru\b/i.test(accepted ?? '') ? 'ru' : 'en';
}

/** The theme that was chosen before, else the system's. */
export const themeOf = (cookie: string | undefined): PageTheme =>
  cookie === 'light' || cookie === 'dark' ? cookie : 'auto';

interface PageDocument {
  readonly texts: { readonly title: string; readonly loading: string; readonly noscript: string };
  readonly language: PageLanguage;
  readonly theme: PageTheme;
  readonly assets: PageAssets;
  /** What stands before the paths of the files: `/admin` of a page mounted there. */
  readonly base?: string | undefined;
  /** What the script reads from `document.documentElement.dataset`. */
  readonly data?: Readonly<Record<string, string>> | undefined;
}

/** The document of a page: everything in it is the script's but the frame, so that something is seen at once. */
export function pageDocument({ texts, language, theme, assets, base = '', data = {} }: PageDocument): string {
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${escaped(value)}"`);
  const title = escaped(texts.title);
  return `<!doctype html><html lang="${language}" data-theme="${theme}"${attributes.join('')}><head>\
<meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>\
<meta name="color-scheme" content="light dark"/><title>${title}</title><link rel="icon" href="data:,"/>\
<link rel="stylesheet" href="${escaped(base + assets.style.path)}"/>\
<script type="module" src="${escaped(base + assets.script.path)}"></script></head><body><div id="app">\
<header class="top"><span class="brand">${title}</span></header>\
<main class="loading"><p>${escaped(texts.loading)}</p><noscript>${escaped(texts.noscript)}</noscript></main>\
</div></body></html>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
