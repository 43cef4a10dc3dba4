import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../..');

/** Bundles the package's source with a test, as one CommonJS file; frameworks stay outside. */
export const SOURCE_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  packages: 'external',
  alias: {
    '#runtime': join(ROOT, 'src/runtime/node.ts'),
    '#diagnostics': join(ROOT, 'src/channels/diagnostics.node.ts'),
    '#traces': join(ROOT, 'src/channels/delivery-traces.ts'),
  },
  define: { 'import.meta.dirname': JSON.stringify(join(ROOT, 'test')) },
} satisfies BuildOptions;
