import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.js';

/** What kills processes and waits for their leases to end. */
const CRASHES = ['**/tests/end-to-end/delivery/*.test.ts', '**/packages/*/test/{crash,outage,file-trouble}.test.ts'];
/** What takes too long for the gate, or what others on the machine could disturb; `npm run long` sets `LONG`. */
const LONG = process.env.LONG === undefined ? ['**/*.long.test.ts'] : [];

/** What needs the built site: `npm run docs`, then `npm run test:site`, as the docs step of the gate does. */
const SITE_TESTS = 'tests/docs/site/*.test.ts';
const SITE =
  process.env.SITE === undefined
    ? []
    : [{ extends: true as const, test: { name: 'site', root: '.', include: [SITE_TESTS], maxWorkers: 2 } }];

// Inside a package tests import its own `src`; across packages they import the built package, as a user does.
// `npm test` therefore builds first.
export default defineConfig({
  test: {
    // Nothing in the gate judges speed: a limit is for what never ends, on a machine that is busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // Straight to the output: a line logged late, sent as a message, would fail the run though no test did.
    disableConsoleIntercept: true,
    globalSetup: new URL('./tests/support/temporary.ts', import.meta.url).pathname,
    // Two cores: two more files use them while others wait for a timer, a lease, a server or a browser.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: process.env.VITEST_JSON ? ['default', ['json', { outputFile: process.env.VITEST_JSON }]] : ['default'],
    projects: [
      {
        extends: true,
        resolve: {
          alias: {
            '#runtime': new URL('./packages/webhooks/src/runtime/node.ts', import.meta.url).pathname,
            '#diagnostics': new URL('./packages/webhooks/src/channels/diagnostics.node.ts', import.meta.url).pathname,
            '#traces': new URL('./packages/webhooks/src/channels/delivery-traces.ts', import.meta.url).pathname,
          },
        },
        test: {
          name: 'webhooks',
          root: './packages/webhooks',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...LONG],
        },
      },
      ...['sender', 'inspector', 'inbox', 'conformance', 'cli', 'client', 'nestjs'].map((name) => ({
        extends: true as const,
        test: {
          name,
          root: `./packages/${name}`,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...LONG, 'test/{crash,outage,file-trouble}.test.ts'],
        },
      })),
      {
        extends: true,
        test: {
          name: 'repo',
          root: '.',
          // Files of one run share what one of them built.
          include: ['tests/{docs,end-to-end}/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...LONG, ...CRASHES, SITE_TESTS],
        },
      },
      ...SITE,
      { extends: true, test: { name: 'crashes', root: '.', include: CRASHES } },
    ],
  },
});
