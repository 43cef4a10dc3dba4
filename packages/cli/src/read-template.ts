import { readFileSync } from 'node:fs';

/** The text of a file in `templates`. Beside `dist` as beside `src`. */
export function readTemplate(name: string): string {
  return readFileSync(new URL(`../templates/${name}.ts`, import.meta.url), 'utf8');
}
