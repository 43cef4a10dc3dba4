// After tsup, in a package's folder: the declarations for `import` re-export those for `require`, so that a program that
// uses both has one set of types. Twice the same `declare global` of other declarations is an error (TS2717).
// The direction is given: an ES module may import from CommonJS, not the other way round.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const declarations = Object.values(exports).flatMap((entry) => (entry.import ? [entry.import.types] : []));

for (const types of declarations) {
  if (!existsSync(types.replace(/\.ts$/, '.cts'))) throw new Error(`${types} has no .d.cts beside it`);
  if (/^export default\b|^export .*\bas default\b/m.test(readFileSync(types, 'utf8')))
    throw new Error(`${types} has a default export, which a re-export would drop`);
  writeFileSync(types, `export * from './${basename(types, '.d.ts')}.cjs';\n`);
}
for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (file.endsWith('.d.ts') && !declarations.includes(`./dist/${file}`)) rmSync(`dist/${file}`);
}
