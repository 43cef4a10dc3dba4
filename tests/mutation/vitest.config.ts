import { defineConfig } from 'vitest/config';

// What Stryker runs again for every mutant: the tests in memory of the folder at hand, without sockets and processes.
const { tests } = JSON.parse(process.env.MUTATION ?? '{}');

export default defineConfig({
  resolve: {
    alias: {
      '#runtime': new URL('../../packages/webhooks/src/runtime/node.ts', import.meta.url).pathname,
      '#diagnostics': new URL('../../packages/webhooks/src/channels/diagnostics.node.ts', import.meta.url).pathname,
      '#traces': new URL('../../packages/webhooks/src/channels/delivery-traces.ts', import.meta.url).pathname,
    },
  },
  test: {
    root: new URL('../../packages/webhooks', import.meta.url).pathname,
    include: [`test/${tests}/**/*.test.ts`, 'test/adversarial/constant-time.test.ts'],
    exclude: ['test/receiver/{process,fetch-node-server}.test.ts'],
    testTimeout: 60_000,
  },
});
