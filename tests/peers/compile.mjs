// In the project of a TypeScript version: its compiler on the consumer files of tests/packages, in every resolution it has.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [major] = require('typescript/package.json').version.split('.').map(Number);
const RESOLUTIONS = {
  node16: 'node16',
  nodenext: 'nodenext',
  bundler: 'esnext',
  ...(major < 6 && { node10: 'esnext' }),
};

for (const [moduleResolution, module] of Object.entries(RESOLUTIONS)) {
  const old = moduleResolution === 'node10';
  const twice = moduleResolution === 'node16' || moduleResolution === 'nodenext';
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    // Declarations of other packages do not compile with every version; ours are read through the consumer.
    skipLibCheck: major < 6,
    allowSyntheticDefaultImports: true,
    noEmit: true,
  };
  // node10 reads no "exports": the consumer of every sub-path is enough.
  const files = old
    ? ['consumer.mts']
    : ['consumer.mts', 'express.mts', ...(twice ? ['consumer.cts', 'express.cts'] : [])];
  const config = `tsconfig.${moduleResolution}.json`;
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  execFileSync(
    process.execPath,
    [require.resolve('typescript/package.json').replace('package.json', 'bin/tsc'), '-p', config],
    {
      stdio: 'inherit',
    },
  );
}
console.log(JSON.stringify(Object.keys(RESOLUTIONS)));
