/** @jsxImportSource hono/jsx */
import type { Assets } from './assets.js';

export type Language = 'en' | 'ru';
export type Theme = 'auto' | 'light' | 'dark';

const TEXT = {
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

interface ShellProps {
  readonly assets: Assets;
  readonly language: Language;
  readonly theme: Theme;
}

/** The document: everything in it is the client's but the frame, so that something is seen at once. */
export function Shell({ assets, language, theme }: ShellProps) {
  const text = TEXT[language];
  return (
    <html lang={language} data-theme={theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{text.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={assets.style.path} />
        <script type="module" src={assets.script.path} />
      </head>
      <body>
        <div id="app">
          <header class="top">
            <span class="brand">{text.title}</span>
          </header>
          <main class="loading">
            <p>{text.loading}</p>
            <noscript>{text.noscript}</noscript>
          </main>
        </div>
      </body>
    </html>
  );
}
