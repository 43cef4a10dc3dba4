// One build recipe for every package: ESM and CommonJS with declarations for both, shared chunks so that a class
// (WebhookError) is the same in every sub-path, no source maps in the published package.
import { defineConfig } from 'tsup';

/**
 * @param {Record<string, string>} entry public entries: output name to source file
 * @param {import('tsup').Options} [more]
 */
export function library(entry, more = {}) {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'es2022',
    dts: { entry },
    splitting: true,
    treeshake: false,
    sourcemap: false,
    clean: true,
    ...more,
  });
}
