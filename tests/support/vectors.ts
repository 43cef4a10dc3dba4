// The portable test vectors, and the programs in other languages that judge them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Vector {
  readonly name: string;
  readonly body: string;
  readonly secrets: readonly string[];
  readonly signature: string | null;
  readonly expected: 'valid' | 'missing' | 'malformed' | 'mismatch';
}

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

export const VECTORS_FILE = path('docs/vectors/vectors.json');
export const readJson = (file: string) => JSON.parse(readFileSync(path(file), 'utf8')) as unknown;
export const { vectors } = readJson('docs/vectors/vectors.json') as { vectors: Vector[] };
/** What a program prints, one line a vector. */
export const verdicts = vectors.map(({ name, expected }) => `${name} ${expected === 'valid' ? 'valid' : 'refused'}`);
export const program = (name: string) => path(`examples/other-languages/verify/${name}`);
