// npm run long -- packages [-- --all]: what is published, installed from its tarballs and used as a stranger would.
import { installTools } from './project.js';

/** @typedef {{ title: string, error: string }} Check an empty error is a pass */

const all = process.argv.includes('--all');
installTools();

const began = Date.now();
const { packAll } = await import('./tarballs.js');
const { checkFiles } = await import('./files.js');
const { makeProject } = await import('./project.js');
const { checkRelease } = await import('./release.js');
const { checkSizes } = await import('./sizes.js');
const { checkTypes } = await import('./types.js');
const { checkBundlers } = await import('./bundlers.js');

let failed = 0;
let passed = 0;
/**
 * @param {string} part
 * @param {() => Promise<Check[]>} work
 */
async function section(part, work) {
  const start = Date.now();
  const checks = await work();
  for (const { title, error } of checks) {
    if (error === '') passed++;
    else failed++;
    console.log(error === '' ? `  ok      ${title}` : `  FAILED  ${title}\n${error.replace(/^/gm, '          ')}`);
  }
  console.log(`${part}: ${((Date.now() - start) / 1_000).toFixed(1)} s`);
}

const packed = packAll();
await section('published', () => checkFiles(packed));
await section('released', checkRelease);
// The others bring native modules and databases along; their tarballs are installed with `--all`.
const light = new Set(['', '-client', '-conformance', '-nestjs'].map((end) => `@videocloud/webhooks${end}`));
const nest = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];
const types = ['@types/express', '@types/koa', '@types/node'];
const tools = [...nest, ...types, '@opentelemetry/api', 'express', 'hono', 'koa', 'vitest'];
// Linked it is good enough to compile against; Turbopack builds nothing from outside the project.
const framework = ['next', 'react', 'react-dom'];
const project = makeProject(
  packed.filter(({ name }) => light.has(name)),
  all ? tools : [...tools, ...framework],
  all ? framework : [],
);
try {
  await section('sizes', () => checkSizes(project.folder));
  await Promise.all([
    section('loaders, runners, bundlers', () => checkBundlers(project.folder, all)),
    section('declarations', () => checkTypes(project.folder, all)),
  ]);
} finally {
  project.remove();
}
if (all) {
  const { checkAll } = await import('./heavy.js');
  const whole = makeProject(packed, []);
  try {
    await section('every package', () => checkAll(whole.folder, packed));
  } finally {
    whole.remove();
  }
}
console.log(
  `${passed} passed, ${failed} failed; ${((Date.now() - began) / 1_000).toFixed(0)} s${all ? '' : ' (--all: every TypeScript, Next.js, jsdom, every package)'}`,
);
process.exitCode = failed === 0 ? 0 : 1;
