import { type PageAssets, pageAsset, pageDocument } from '@videocloud/local-web/page-server';
// Written by tsup.page.config.ts: inside the module, so that a bundler cannot lose it.
import { script, style } from '../../../dist/board-page/assets.js';
import type { BoardSettings } from './options.js';
import { preferencesOf } from './preferences.js';

const encoder = new TextEncoder();

export const ASSETS: PageAssets = {
  script: pageAsset('board.js', 'text/javascript', encoder.encode(script)),
  style: pageAsset('board.css', 'text/css', encoder.encode(style)),
};

const TEXTS = {
  en: {
    title: 'VideoCloud inbox',
    loading: 'Loading…',
    noscript: 'This page needs JavaScript. It loads nothing from other hosts.',
  },
  ru: {
    title: 'Входящие VideoCloud',
    loading: 'Загрузка…',
    noscript: 'Странице нужен JavaScript. С других узлов она ничего не загружает.',
  },
};

/** The document of the board, as its reader wants it. */
export function boardPage({ basePath, readOnly }: BoardSettings, headers: Headers): string {
  const { language, theme, keys } = preferencesOf(headers);
  const data = { base: basePath, read: readOnly ? 'only' : 'write', keys: keys ? 'on' : 'off' };
  return pageDocument({ texts: TEXTS[language], language, theme, assets: ASSETS, base: basePath, data });
}
