import { library } from '../../scripts/tsup.js';

const entries = {
  index: 'src/index.ts',
  protocol: 'src/protocol/index.ts',
  express: 'src/adapters/express.ts',
  hono: 'src/adapters/hono.ts',
  next: 'src/adapters/next.ts',
  node: 'src/adapters/node.ts',
  'stores/redis': 'src/stores/redis.ts',
  'stores/postgres': 'src/stores/postgres.ts',
  'stores/durable-object': 'src/stores/durable-object.ts',
  'stores/d1': 'src/stores/d1.ts',
  testing: 'src/testing/index.ts',
  doctor: 'src/doctor/index.ts',
};

export default library(entries, {
  entry: { ...entries, 'hmac.node': 'src/signature/hmac.node.ts', 'hmac.web': 'src/signature/hmac.web.ts' },
  // The runtime seam (package.json "imports" → "#hmac") is built beside the entries and stays an import in all of them.
  external: ['#hmac'],
});
