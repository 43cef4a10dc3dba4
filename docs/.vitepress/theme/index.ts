// VitePress's own theme with the fonts of the system: the site requests nothing from elsewhere.
import type { Theme } from 'vitepress';
import theme from 'vitepress/theme-without-fonts';
import { loadIsolatedPagesInFull } from './isolation/full-load.js';
import './site.css';

export default {
  extends: theme,
  enhanceApp: loadIsolatedPagesInFull,
} satisfies Theme;
