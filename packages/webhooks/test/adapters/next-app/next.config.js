import { fileURLToPath } from 'node:url';

// The dependencies, the built package among them, are in the root of the workspace.
const root = fileURLToPath(new URL('../../../../..', import.meta.url));

export default { turbopack: { root }, outputFileTracingRoot: root };
