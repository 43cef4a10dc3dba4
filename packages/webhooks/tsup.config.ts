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
  testing: 'src/testing/index.ts',
  doctor: 'src/doctor/index.ts',
};

// The runtime seam (package.json "imports" → "#hmac") is built beside the entries and stays an import in all of them.
// The budget is 200 KiB unpacked; the documentation is in the declarations.
const seam = { external: ['#hmac'], minify: true };
// No state and no class of their own: built once, as CommonJS in one piece; scripts/declarations.js writes their ES modules.
const { doctor, testing, 'stores/redis': redis, 'stores/postgres': postgres, ...split } = entries;

export default [
  library(entries, {
    // Checking a signature gets a chunk of its own, so that an application with `verify` alone bundles nothing else:
    // minified, the other modules no longer say that their top level is pure.
    entry: {
      ...split,
      signature: 'src/signature/verify.ts',
      'hmac.node': 'src/signature/hmac.node.ts',
      'hmac.web': 'src/signature/hmac.web.ts',
    },
    ...seam,
  }),
  library(
    {},
    {
      entry: { doctor, testing, 'stores/redis': redis, 'stores/postgres': postgres },
      format: ['cjs'],
      dts: false,
      splitting: false,
      clean: false,
      ...seam,
    },
  ),
];
