import { type PageLanguage, type PageTheme, pageDocument } from '@videocloud/local-web/page-server';
import { assets } from './assets.js';

const TEXTS = {
  en: {
    title: 'VideoCloud inspector',
    loading: 'Loading…',
    noscript: 'The inspector needs JavaScript. It loads nothing from the network.',
  },
  ru: {
    title: 'Инспектор VideoCloud',
    loading: 'Загрузка…',
    noscript: 'Инспектору нужен JavaScript. Из сети он ничего не загружает.',
  },
};

/** The document of the inspector. */
export const inspectorPage = (language: PageLanguage, theme: PageTheme): string =>
  pageDocument({ texts: TEXTS[language], language, theme, assets: assets() });
