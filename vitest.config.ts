import { configDefaults, defineConfig } from 'vitest/config';

const TOGETHER = { maxWorkers: 2, sequence: { groupOrder: 0 } };
const DELIVERY = 'tests/end-to-end/delivery/**/*.test.ts';

// Inside a package tests import its own `src`; across packages they import the built package, as a user does.
// `npm test` therefore builds first.
export default defineConfig({
  test: {
    // Nothing in the gate judges speed: a limit is for what never ends, on a machine that is busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // One file at a time: on two cores, tests of deadlines and crashes would only measure each other.
    maxWorkers: 1,
    sequence: { groupOrder: 1 },
    reporters: process.env.VITEST_JSON ? ['default', ['json', { outputFile: process.env.VITEST_JSON }]] : ['default'],
    projects: [
      {
        extends: true,
        resolve: {
          alias: {
            '#runtime': new URL('./packages/webhooks/src/runtime/node.ts', import.meta.url).pathname,
            '#diagnostics': new URL('./packages/webhooks/src/channels/diagnostics.node.ts', import.meta.url).pathname,
          },
        },
        test: { name: 'webhooks', root: './packages/webhooks', include: ['test/**/*.test.ts'] },
      },
      ...['sender', 'inspector', 'inbox'].map((name) => ({
        extends: true as const,
        test: { name, root: `./packages/${name}`, include: ['test/**/*.test.ts'] },
      })),
      // These depend on no deadline of milliseconds.
      ...['conformance', 'cli', 'client'].map((name) => ({
        extends: true as const,
        test: { name, root: `./packages/${name}`, include: ['test/**/*.test.ts'], ...TOGETHER },
      })),
      {
        extends: true,
        test: {
          name: 'repo',
          root: '.',
          include: ['tests/{docs,end-to-end}/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, DELIVERY],
          ...TOGETHER,
        },
      },
      { extends: true, test: { name: 'delivery', root: '.', include: [DELIVERY] } },
    ],
  },
});
