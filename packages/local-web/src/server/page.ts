// What serves a page, whatever server it is mounted in.
export {
  ASSET_CACHE,
  languageOf,
  type PageAsset,
  type PageAssets,
  type PageLanguage,
  type PageTheme,
  pageAsset,
  pageDocument,
  themeOf,
} from './page-document.js';
export { PAGE_HEADERS } from './page-headers.js';
