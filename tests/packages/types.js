// The declarations under every TypeScript and resolution: strict, library checks on, nothing loosened.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, node, tool } from './project.js';

const VERSIONS = ['5.0', '5.9', '6', '7'];
const RESOLUTIONS = { node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' };
/** What the gate compiles; the rest with `--all`. */
const GATE = new Set(['5.9 node16', '6 nodenext', '7 node16', '7 nodenext', '7 bundler']);

/**
 * @param {string} folder
 * @param {boolean} all
 */
export async function checkTypes(folder, all) {
  const checks = [];
  // The same source, as a CommonJS module.
  copyFileSync(join(folder, 'augmented.mts'), join(folder, 'augmented.cts'));
  for (const version of VERSIONS) {
    for (const [moduleResolution, module] of Object.entries(RESOLUTIONS)) {
      if (!all && !GATE.has(`${version} ${moduleResolution}`)) continue;
      // `import x = require()` is of no use to a bundler's module kind.
      const files = [
        'consumer.mts',
        'express.mts',
        'augmented.mts',
        'nest.mts',
        ...(moduleResolution === 'bundler' ? [] : ['consumer.cts', 'express.cts', 'augmented.cts']),
      ];
      // openapi-fetch's own declarations do not compile with TypeScript 5.0; ours are read through the consumer there.
      const skipLibCheck = version === '5.0';
      checks.push(await compile(folder, version, { module, moduleResolution, skipLibCheck }, files));
    }
    if (!all && version !== '7') continue;
    // Declarations of Koa and Next.js do not compile either.
    const loose = { module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: true };
    checks.push(await compile(folder, version, loose, ['frameworks.cts']));
  }
  return checks;
}

/**
 * @param {string} folder
 * @param {string} version
 * @param {{ module: string, moduleResolution: string, skipLibCheck: boolean }} options
 * @param {string[]} files
 */
function compile(folder, version, options, files) {
  const { moduleResolution } = options;
  const config = join(folder, `tsconfig.${version}.${moduleResolution}.${files.length}.json`);
  const compilerOptions = {
    ...options,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    experimentalDecorators: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noEmit: true,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  return check(`TypeScript ${version}, moduleResolution ${moduleResolution}, ${files[0]}`, async () => {
    await node(folder, [
      tool(version === '5.9' ? 'typescript/bin/tsc' : `typescript-${version}/bin/tsc`),
      '-p',
      config,
    ]);
  });
}
