import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

// The workspace's node_modules are in the repository's root. Outside a monorepo this file is not needed.
const root = fileURLToPath(new URL('../..', import.meta.url));

export default { turbopack: { root }, outputFileTracingRoot: root } satisfies NextConfig;
