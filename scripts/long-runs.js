// `npm run long -- NAME [ARGUMENT …]`: what takes too long, or needs too quiet a machine, for the gate. Without a name: the list.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BUILD = 'npx turbo run build';
const CORE = `${BUILD} --filter=@videocloud/webhooks`;
const BENCH = `npm --prefix bench ci && ${CORE}`;
const NODE_24 = 'tests/runtimes/node_modules/node24/bin/node node_modules/vitest/vitest.mjs run';

/** @type {Record<string, { what: string, run: string }>} */
const RUNS = {
  packages: { what: 'the tarballs: files, sizes, types, bundlers', run: `${BUILD} && node tests/packages/run.js` },
  runtimes: { what: 'one suite on Node, Bun, Deno, workerd, Chromium', run: `${BUILD} && node tests/runtimes/run.js` },
  peers: { what: 'every peer at both ends of its range', run: `${BUILD} && node tests/peers/run.js` },
  frameworks: {
    what: 'the contract over sockets on every entry and the app of every page; writes the table of docs/receive',
    run: `${BUILD} && node tests/frameworks/run.js`,
  },
  'install-lines': { what: "the pages' install lines", run: `${BUILD} && node tests/peers/install-lines.js` },
  node24: {
    what: 'suites of inbox, client, cli and stores on Node 24',
    run: `${BUILD} && node tests/runtimes/install.js && ${NODE_24} --project inbox --project client --project cli && ${NODE_24} --project webhooks test/stores`,
  },
  crash: {
    what: 'SIGKILL receivers, 50 times for each store',
    run: `${BUILD} && CRASHES=50 npx vitest run --project crashes tests/end-to-end/delivery/crash.test.ts`,
  },
  'crash:sender': {
    what: 'SIGKILL the sender 50 times under load',
    run: `${BUILD} && node packages/sender/scripts/crash.js`,
  },
  'crash:inbox': {
    what: 'SIGKILL inbox processes, 100 times for each engine',
    run: `${BUILD} && CRASHES=100 DELIVERIES=1000 npx vitest run --project crashes packages/inbox/test/crash.test.ts`,
  },
  'outage:inbox': {
    what: "take an inbox's database away for 30 s",
    run: `${BUILD} && OUTAGE_MS=30000 npx vitest run --project crashes packages/inbox/test/outage.test.ts packages/inbox/test/file-trouble.test.ts`,
  },
  'drill:board': {
    what: 'retry 1,000 dead letters at the page; list, count and retry 100,000',
    run: `${BUILD} && DELIVERIES=1000 MANY=100000 npx vitest run --project inbox packages/inbox/test/board/drill.test.ts packages/inbox/test/board/many.test.ts`,
  },
  'conformance:faults': {
    what: 'every seeded fault against every conformance case',
    run: `${BUILD} && LONG=1 npx vitest run --project conformance packages/conformance/test/mutants`,
  },
  vectors: {
    what: 'the test vectors in Go too, which it installs where it is missing',
    run: `${CORE} && { command -v go || apt-get install -y -qq --no-install-recommends golang-go; } && LONG=1 npx vitest run --project repo tests/docs/vectors`,
  },
  copies: {
    what: '1,000 copies of a delivery at once, on every store',
    run: `${BUILD} && LONG=1 npx vitest run --project webhooks test/stores/concurrent`,
  },
  work: {
    what: 'work against size: no input of a stranger costs more than its size',
    run: `${CORE} && LONG=1 npx vitest run --project webhooks test/adversarial/work`,
  },
  drill: {
    what: '1,000 dead letters, retried and handled; recorded in docs/operate/drill.md and docs/ru/operate/drill.md',
    run: `${BUILD} && DELIVERIES=1000 PER_SECOND=200 RECORD='docs/operate/drill.md docs/ru/operate/drill.md' npx vitest run --project repo tests/end-to-end/drill.test.ts && npx biome format --write docs/operate/drill.md docs/ru/operate/drill.md`,
  },
  init: { what: 'init in fresh apps of the generators, to a delivery', run: `${BUILD} && node tests/init/run.js` },
  mutation: { what: 'change the core, see whether a test fails', run: 'node tests/mutation/run.js' },
  soak: { what: 'serve for 30 minutes, memory stays flat', run: `${BENCH} && npm --prefix bench run soak` },
  timing: {
    what: 'whether the time of verify helps a forger',
    run: `${CORE} && node packages/webhooks/bench/timing.js`,
  },
  connections: { what: 'hold 10,000 connections', run: `${CORE} && node packages/webhooks/bench/connections.js` },
  'bench:peers': { what: 'speed and size beside other libraries', run: `${BENCH} && npm --prefix bench run peers` },
  'bench:records': {
    what: 'pages, bulk retry and discard of 100,000 dead letters',
    run: `${BUILD} --filter=@videocloud/webhooks-inbox && node bench/inbox-records.js`,
  },
  'bench:channels': {
    what: 'what tracing channels cost without a subscriber',
    run: `${CORE} && node packages/webhooks/bench/channels.js`,
  },
  'bench:stores': { what: 'idempotency stores', run: `${CORE} && node packages/webhooks/bench/idempotency.js` },
  screenshots: {
    what: "draw the pictures of the inspector and of the inbox's page",
    run: `${BUILD} && node packages/inspector/scripts/screenshots.js && node packages/inbox/scripts/screenshots.js`,
  },
};

const [name = '', ...args] = process.argv.slice(2);
const chosen = RUNS[name];
if (chosen === undefined) {
  console.log('npm run long -- NAME\n');
  for (const [one, { what }] of Object.entries(RUNS)) console.log(`  ${one.padEnd(18)} ${what}`);
  process.exitCode = name === '' ? 0 : 2;
} else {
  // The arguments belong to the last command.
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { status } = spawnSync('bash', ['-c', `${chosen.run} "$@"`, name, ...args], { cwd, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
