import { readFileSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { writeLicenses } from '../../scripts/third-party-licenses.js';

const OUT = 'dist/board-page';

/** The board's script and style sheet, and a module that holds both: the entry `./board` has the page inside. */
export default defineConfig({
  entry: { board: 'src/board/page/main.tsx' },
  outDir: OUT,
  format: ['esm'],
  platform: 'browser',
  target: 'es2022',
  tsconfig: 'src/board/page/tsconfig.json',
  noExternal: [/.*/],
  minify: true,
  splitting: false,
  clean: true,
  esbuildPlugins: [writeLicenses()],
  esbuildOptions(options) {
    // Escaped, a Russian letter would take six bytes in place of two.
    options.charset = 'utf8';
  },
  async onSuccess() {
    const text = (file: string) => JSON.stringify(readFileSync(`${OUT}/${file}`, 'utf8'));
    const lines = [
      ['script', text('board.js')],
      ['style', text('board.css')],
    ].map(([name, value]) => `/** @type {string} */\nexport const ${name} = ${value};\n`);
    writeFileSync(`${OUT}/assets.js`, lines.join(''));
  },
});
