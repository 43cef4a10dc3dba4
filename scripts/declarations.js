// After tsup, in a package's folder: what would be published twice is published once.
// - The declarations for `import` re-export those for `require` (an ES module may import from CommonJS, not the other
//   way round), which also makes the types of both one and the same.
// - The entries named on the command line are built as CommonJS in one piece. That piece becomes a function of the
//   runtime seam (`#hmac`), called by a few lines of CommonJS and by a few lines of ECMAScript. It holds no `require`:
//   in an ES module for Node, bundlers leave a `require('node:crypto')` as it is, and it fails there.
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
  const twin = module.replace(/\.js$/, '.cjs');
  const names = Object.keys(createRequire(`${process.cwd()}/`)(twin)).sort();
  const body = readFileSync(twin, 'utf8')
    .replace(/^\s*"use strict";/, '')
    .trimEnd();
  const needed = [...body.matchAll(/\brequire\(\s*["']([^"']+)["']\s*\)/g)].map(([, id]) => id);
  const strange = needed.filter((id) => id !== '#hmac');
  if (strange.length > 0) throw new Error(`${twin} is not in one piece: it requires ${strange.join(', ')}`);
  const core = `./${name}.core.cjs`;
  const seam = needed.length > 0;
  writeFileSync(
    module.replace(/\.js$/, '.core.cjs'),
    `"use strict";module.exports=hmac=>{const module={exports:{}},require=()=>hmac;${body}\nreturn module.exports}\n`,
  );
  writeFileSync(
    twin,
    `"use strict";const core=require('${core}')(${seam ? "require('#hmac')" : ''});\n${names.map((n) => `exports.${n}=core.${n};\n`).join('')}`,
  );
  writeFileSync(
    module,
    `${seam ? "import * as hmac from '#hmac';\n" : ''}import make from '${core}';\nexport const { ${names.join(', ')} } = /* @__PURE__ */ make(${seam ? 'hmac' : ''});\n`,
  );
}
if (once.size > 0) throw new Error(`no entry is called ${[...once].join(', ')}`);
for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (file.endsWith('.d.ts') && !published.has(`./dist/${file}`)) rmSync(`dist/${file}`);
}
