// The licenses of what a package bundles. Bundled modules are found by the comments that esbuild puts before them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FROM_PACKAGE = /^\/\/ (?:\.\.\/)+node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm;

/** Writes `dist/third-party-licenses.md`. To be called in the folder of the package, after the build. */
export function writeLicenses() {
  const scripts = readdirSync('dist').filter((file) => file.endsWith('.js'));
  const names = scripts.flatMap((file) =>
    [...readFileSync(join('dist', file), 'utf8').matchAll(FROM_PACKAGE)].map(([, name = '']) => name),
  );
  const texts = [...new Set(names)].sort().map((name) => {
    const folder = join('../../node_modules', name);
    const file = readdirSync(folder).find((one) => /^licen[cs]e(?:\.|$)/i.test(one));
    if (file === undefined) throw new Error(`${name} is bundled and has no license file`);
    return `## ${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  writeFileSync('dist/third-party-licenses.md', `# Licenses of bundled packages\n\n${texts.join('\n')}`);
}
