import { library } from '../../scripts/tsup.js';

const entries = {
  index: 'src/index.ts',
  protocol: 'src/protocol/index.ts',
  channels: 'src/channels/index.ts',
  otel: 'src/otel/index.ts',
  express: 'src/adapters/express.ts',
  hono: 'src/adapters/hono.ts',
  next: 'src/adapters/next.ts',
  node: 'src/adapters/node.ts',
  fastify: 'src/adapters/fastify.ts',
  koa: 'src/adapters/koa.ts',
  lambda: 'src/adapters/lambda.ts',
  cloudflare: 'src/queues/cloudflare.ts',
  'stores/redis': 'src/stores/redis.ts',
  'stores/postgres': 'src/stores/postgres.ts',
  'stores/durable-object': 'src/stores/durable-object.ts',
  'stores/d1': 'src/stores/d1.ts',
  testing: 'src/testing/index.ts',
  doctor: 'src/doctor/index.ts',
};

export default library(entries, {
  // The runtime seams (package.json "imports") are built beside the entries and stay imports in all of them.
  entry: {
    ...entries,
    'runtime.node': 'src/runtime/node.ts',
    'runtime.web': 'src/runtime/web.ts',
    'diagnostics.node': 'src/channels/diagnostics.node.ts',
    'diagnostics.web': 'src/channels/diagnostics.web.ts',
    'diagnostics.none': 'src/channels/diagnostics.none.ts',
    traces: 'src/channels/delivery-traces.ts',
    'traces.none': 'src/channels/delivery-traces.none.ts',
  },
  external: ['#runtime', '#diagnostics', '#traces'],
});
