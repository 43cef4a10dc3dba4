// After tsup, in a package's folder: what would be published twice is published once.
// - The declarations for `import` re-export those for `require` (an ES module may import from CommonJS, not the other
//   way round), which also makes the types of both one and the same.
// - The entries named on the command line have no state and no class of their own: their module re-exports the CommonJS.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).flatMap((entry) => (entry.import ? [entry.import] : []));
const once = new Set(process.argv.slice(2));

/** @param {string} module */
const sibling = (module) => `./${basename(module).replace(/(\.d\.ts|\.js)$/, '.cjs')}`;

const published = new Set();
for (const { types, default: module } of entries) {
  if (!existsSync(types.replace(/\.ts$/, '.cts'))) throw new Error(`${types} has no twin for CommonJS`);
  if (/^export default\b|^export .*\bas default\b/m.test(readFileSync(types, 'utf8')))
    throw new Error(`${types} has a default export, which a re-export would drop`);
  writeFileSync(types, `export * from '${sibling(types)}';\n`);
  published.add(types);
  const name = basename(module, '.js');
  if (!once.delete(name)) continue;
  const loaded = createRequire(`${process.cwd()}/`)(module.replace(/\.js$/, '.cjs'));
  writeFileSync(module, `export { ${Object.keys(loaded).sort().join(', ')} } from '${sibling(module)}';\n`);
}
if (once.size > 0) throw new Error(`no entry is called ${[...once].join(', ')}`);
for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (file.endsWith('.d.ts') && !published.has(`./dist/${file}`)) rmSync(`dist/${file}`);
}
