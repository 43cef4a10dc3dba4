import { defineConfig } from 'tsup';
import { library } from '../../scripts/tsup.js';

const entry = { index: 'src/index.ts', inspector: 'src/inspector/index.ts' };

export default [
  // The page itself: one script and one style sheet, with all they need.
  defineConfig({
    entry: { main: 'src/inspector/client/main.tsx' },
    outDir: 'dist/inspector-page',
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    tsconfig: 'src/inspector/client/tsconfig.json',
    noExternal: [/.*/],
    minify: true,
    splitting: false,
    clean: true,
    esbuildOptions(options) {
      // Escaped, a Russian letter would take six bytes in place of two.
      options.charset = 'utf8';
    },
  }),
  library(entry, { entry: { ...entry, main: 'src/main.ts' }, shims: true, clean: ['dist/*.*'] }),
];
