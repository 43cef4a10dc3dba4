// The same application by every loader, test runner and bundler; what it says must be what it says unbundled.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack from 'webpack';
import { check, node, tool } from './project.js';

const SAY = "import { proof } from './app.mjs';\nconsole.log(JSON.stringify(await proof()));\n";
const SAY_CJS = "import { proof } from './app.mjs';\nproof().then((p) => console.log(JSON.stringify(p)));\n";

/**
 * @param {string} folder
 * @param {boolean} all
 */
export async function checkBundlers(folder, all) {
  const expected =
    '[200,200,["video.deleted"],{"ok":true,"secretIndex":0},["secret_whitespace"],[],["TypeError",false],["function","function","function"]]';
  const says = async (/** @type {string[]} */ args) => {
    const said = await node(folder, args);
    if (said !== expected) throw new Error(`said ${said}\nnot  ${expected}`);
  };
  writeFileSync(join(folder, 'say.mjs'), SAY);
  writeFileSync(join(folder, 'say-cjs.mjs'), SAY_CJS);
  const cjs = await esbuild({
    absWorkingDir: folder,
    entryPoints: ['say-cjs.mjs'],
    bundle: true,
    packages: 'external',
    format: 'cjs',
    write: false,
  });
  writeFileSync(join(folder, 'say.cjs'), cjs.outputFiles[0]?.text ?? '');
  const checks = [
    await check('Node, ES modules', () => says(['say.mjs'])),
    await check('Node, CommonJS', () => says(['say.cjs'])),
    await check('Node, the conformance kit', () => conformance(folder)),
    await check('every entry in both module systems gives the same names', () => sameNames(folder)),
  ];
  for (const [platform, format] of [
    ['browser', 'esm'],
    ['browser', 'iife'],
    ['node', 'esm'],
    ['node', 'cjs'],
    ['neutral', 'esm'],
  ]) {
    const title = `esbuild for ${platform}, ${format}`;
    const outfile = join(folder, 'out', `esbuild-${platform}-${format}.${format === 'esm' ? 'mjs' : 'cjs'}`);
    checks.push(
      await check(title, async () => {
        const web = platform !== 'node';
        await esbuild({
          absWorkingDir: folder,
          entryPoints: [web ? 'say-cjs.mjs' : format === 'cjs' ? 'say-cjs.mjs' : 'say.mjs'],
          bundle: true,
          platform,
          format,
          outfile,
          logLevel: 'silent',
          ...(platform === 'neutral' ? { mainFields: ['module', 'main'], conditions: ['import'] } : {}),
        });
        if (web) noNode(outfile);
        await says([outfile]);
      }),
    );
  }
  for (const target of ['web', 'webworker', 'node20']) {
    checks.push(
      await check(`webpack for ${target}`, async () => {
        const filename = `webpack-${target}.cjs`;
        await pack(folder, target, filename);
        if (target !== 'node20') noNode(join(folder, 'out', filename));
        await says([join(folder, 'out', filename)]);
      }),
    );
  }
  for (const ssr of [false, true]) {
    checks.push(
      await check(`vite ${ssr ? 'for a server, everything inlined' : 'for the web'}`, async () => {
        const outDir = join(folder, 'out', ssr ? 'vite-ssr' : 'vite-web');
        await vite({
          root: folder,
          configFile: false,
          logLevel: 'silent',
          ssr: { noExternal: true },
          build: {
            outDir,
            ssr: ssr ? 'say.mjs' : false,
            minify: false,
            target: 'es2022',
            rollupOptions: { input: join(folder, 'say.mjs'), output: { entryFileNames: 'say.mjs' } },
          },
        });
        if (!ssr) noNode(join(outDir, 'say.mjs'));
        await says([join(outDir, 'say.mjs')]);
      }),
    );
  }
  checks.push(await check('Jest in Node', () => jest(folder, 'node')));
  checks.push(
    await check('vitest', async () => {
      await node(folder, [tool('vitest/vitest.mjs'), 'run', '--root', folder, 'vitest.test.mjs']);
    }),
  );
  if (all) {
    const jsdom = tool('jest-environment-jsdom');
    // jsdom has neither TextEncoder nor WebCrypto: what is imported there must load all the same, and works once given both.
    checks.push(await check('Jest in jsdom loads it', () => jest(folder, jsdom, { testMatch: ['**/load.test.cjs'] })));
    const setupFiles = [join(folder, 'jsdom-setup.cjs')];
    checks.push(await check('Jest in jsdom, given WebCrypto', () => jest(folder, jsdom, { setupFiles })));
    checks.push(
      await check('vitest with the packages inlined', async () => {
        writeFileSync(
          join(folder, 'vitest.config.mjs'),
          'export default { test: { server: { deps: { inline: [/@videocloud/] } } } };\n',
        );
        await node(folder, [tool('vitest/vitest.mjs'), 'run', '--root', folder, 'vitest.test.mjs']);
      }),
    );
    checks.push(
      await check('Next.js, a route on Edge and one on Node, by Turbopack', () => next(folder, ['--turbopack'])),
    );
    checks.push(await check('Next.js, the same by webpack', () => next(folder, ['--webpack'])));
  }
  return checks;
}

function noNode(file) {
  const found = /["'](node:[\w/]+|crypto|buffer)["']/.exec(readFileSync(file, 'utf8'));
  if (found) throw new Error(`names ${found[0]}`);
}

async function conformance(folder) {
  const code = [
    "import { createReceiver } from '@videocloud/webhooks';",
    "import { checkReceiver } from '@videocloud/webhooks-conformance';",
    "const receiver = createReceiver({ secrets: 's' }).on('*', () => undefined);",
    "const { passed, failed } = await checkReceiver(receiver.fetch, { secret: 's', fast: true });",
    "console.log(passed > 10 && failed === 0 ? 'conforms' : [passed, 'passed', failed, 'failed'].join(' '));",
  ];
  const said = await node(folder, ['--input-type=module', '-e', code.join('\n')]);
  if (said !== 'conforms') throw new Error(said);
}

async function sameNames(folder) {
  const require = createRequire(join(folder, 'x.js'));
  const { exports } = require('@videocloud/webhooks/package.json');
  for (const entry of Object.keys(exports)) {
    if (entry.endsWith('.json')) continue;
    const id = `@videocloud/webhooks${entry.slice(1)}`;
    const names = await node(folder, [
      '--input-type=module',
      '-e',
      `console.log(Object.keys(await import('${id}')).filter((n) => n !== 'default' && n !== 'module.exports').sort().join())`,
    ]);
    const required = await node(folder, ['-e', `console.log(Object.keys(require('${id}')).sort().join())`]);
    if (names !== required || names === '') throw new Error(`${id}: import gives ${names}, require ${required}`);
  }
}

async function pack(folder, target, filename) {
  const compiler = webpack({
    context: folder,
    mode: 'production',
    entry: './say-cjs.mjs',
    target,
    output: { path: join(folder, 'out'), filename },
    optimization: { minimize: false },
    performance: false,
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : compiler.close(() => resolve(result))));
  });
  if (stats.hasErrors() || stats.hasWarnings())
    throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
}

async function jest(folder, testEnvironment, more = {}) {
  const config = { testEnvironment, rootDir: folder, testMatch: ['**/jest.test.cjs'], transform: {}, ...more };
  await node(folder, [tool('jest/bin/jest.js'), '--config', JSON.stringify(config), '--ci', '--silent']);
}

/** @param {string[]} flags */
async function next(folder, flags) {
  const routes = { edge: "export const runtime = 'edge';\n", node: '' };
  for (const [name, runtime] of Object.entries(routes)) {
    mkdirSync(join(folder, 'app', name), { recursive: true });
    const code = [
      "import { createReceiver } from '@videocloud/webhooks';",
      "import { webhookHandler } from '@videocloud/webhooks/next';",
      "import { diagnose } from '@videocloud/webhooks/doctor';",
      `${runtime}export const POST = webhookHandler(createReceiver({ secrets: () => process.env.SECRET }));`,
      "export const PUT = async () => Response.json(await diagnose({ body: '{}', signature: 'x', secrets: 'k' }));",
    ];
    writeFileSync(join(folder, 'app', name, 'route.js'), code.join('\n'));
  }
  const layout = 'export default function Layout({ children }) {\n  return <html><body>{children}</body></html>;\n}\n';
  writeFileSync(join(folder, 'app', 'layout.js'), layout);
  await node(folder, [join(folder, 'node_modules/next/dist/bin/next'), 'build', ...flags]);
}
