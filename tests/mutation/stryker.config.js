// One part of `npm run long -- mutation`; tests/mutation/run.js says which, in MUTATION.
const { name, tests, files = [] } = JSON.parse(process.env.MUTATION ?? '{}');

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
  mutate: files.map((/** @type {string} */ file) => `packages/webhooks/src/${file}`),
  // The sandbox is a copy of the repository: only what the tests read.
  ignorePatterns: [
    '/*',
    '!/package.json',
    '!/tsconfig*.json',
    '!/openapi.yaml',
    '!/tests',
    '/tests/*',
    '!/tests/mutation',
    '!/tests/support',
    '/tests/support/*',
    '!/tests/support/fixtures',
    '!/packages',
    '/packages/*',
    '!/packages/webhooks',
    '/packages/webhooks/*',
    '!/packages/webhooks/{src,test}',
    '!/packages/webhooks/package.json',
    '/packages/webhooks/test/{adapters,stores,doctor,types,testing}',
  ],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  timeoutMS: 5_000,
  warnings: { slow: false },
  tempDirName: `.stryker-tmp/${tests}-${name}`,
};
