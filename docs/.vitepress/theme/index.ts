// VitePress's own theme with the fonts of the system: the site requests nothing from elsewhere.
import theme from 'vitepress/theme-without-fonts';
import './site.css';

export default theme;
