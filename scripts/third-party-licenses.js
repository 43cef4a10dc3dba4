// The licenses of what a package bundles.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = new URL('../', import.meta.url).pathname;
const MODULE = /^(?:\.\.\/)*node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/**
 * An esbuild plugin that writes `third-party-licenses.md` beside the bundle, with the license of every package that is in it.
 *
 * @returns {NonNullable<import('tsup').Options['esbuildPlugins']>[number]}
 */
export const writeLicenses = () => ({
  name: 'third-party-licenses',
  setup({ initialOptions, onEnd }) {
    initialOptions.metafile = true;
    onEnd(({ metafile }) => {
      const parts = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.entries(inputs));
      // What was shaken off leaves no bytes.
      const names = parts.flatMap(([path, { bytesInOutput }]) => {
        const [, name] = MODULE.exec(path) ?? [];
        return name === undefined || bytesInOutput === 0 ? [] : [name];
      });
      const folder = initialOptions.outdir ?? 'dist';
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'third-party-licenses.md'), textOf([...new Set(names)].sort()));
    });
  },
});

/** @param {readonly string[]} names */
function textOf(names) {
  const texts = names.map((name) => {
    const folder = join(ROOT, 'node_modules', name);
    const file = readdirSync(folder).find((one) => /^licen[cs]e(?:\.|$)/i.test(one));
    if (file === undefined) throw new Error(`${relative(ROOT, folder)} is bundled and has no license file`);
    return `## ${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `# Licenses of bundled packages\n\n${texts.join('\n')}`;
}
