import type { PublishTo } from './types.js';

interface ProcessLike {
  getBuiltinModule?(id: string): { channel: PublishTo } | undefined;
}

/** A channel of `node:diagnostics_channel` where the runtime has it (Bun, Deno, workerd with nodejs_compat); else undefined. */
export const publishTo: PublishTo | undefined = /* @__PURE__ */ (
  globalThis as { process?: ProcessLike }
).process?.getBuiltinModule?.('diagnostics_channel')?.channel;
