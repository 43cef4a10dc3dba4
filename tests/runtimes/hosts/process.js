// For Node, Bun and Deno: reads the cases from a file, prints the lines.
import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from '../suite/index.js';

const [cases, out] = process.argv.slice(2);
const lines = await suite(JSON.parse(readFileSync(cases, 'utf8')));
writeFileSync(out, `${lines.join('\n')}\n`);
