import { defineConfig } from 'tsup';
import { writeLicenses } from '../../scripts/third-party-licenses.js';
import { library } from '../../scripts/tsup.js';

export default [
  // The page itself: one script and one style sheet, with all they need.
  defineConfig({
    entry: { main: 'src/page/main.tsx' },
    outDir: 'dist/page',
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    tsconfig: 'src/page/tsconfig.json',
    noExternal: [/.*/],
    minify: true,
    splitting: false,
    clean: true,
    esbuildPlugins: [writeLicenses()],
    esbuildOptions(options) {
      // Escaped, a Russian letter would take six bytes in place of two.
      options.charset = 'utf8';
      // The packages built before say themselves that unused imports may go.
      options.logOverride = { 'ignored-bare-import': 'silent' };
    },
  }),
  library({ index: 'src/index.ts' }, { shims: true, clean: ['dist/*.*'] }),
];
