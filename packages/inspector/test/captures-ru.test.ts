import { readdirSync, readFileSync } from 'node:fs';
import { captureInRussian } from '@videocloud/local-web/captures-ru';
import { expect, it } from 'vitest';

const FOLDER = new URL('../../local-web/src/captures/', import.meta.url);

/** Every sentence of the readers, with a value in each place. */
const sentences = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && name !== 'russian.ts' && name !== 'request.ts')
  .flatMap((name) => [...readFileSync(new URL(name, FOLDER), 'utf8').matchAll(/'((?:[^'\\\n]|\\.)+)'|`([^`\n]+)`/g)])
  .map(([, plain, template]) => (plain ?? template ?? '').replace(/\$\{[^}]+\}/g, '7').replaceAll('\\\\', '\\'))
  .filter((text) => /^(?:the|this|there|a|an|curl’s option|curl in) ?[\w-]+ [\w-]+/.test(text))
  .concat('the capture has 3 signed requests: choose with --request 1 to 4', 'the capture has no request with a body');

it.each([...new Set(sentences)])('is said in Russian: %s', (english) => {
  const russian = captureInRussian(`not understood: ${english}`);
  expect(russian).toMatch(/[а-яё]{3}/i);
  expect(russian).not.toMatch(/\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/);
});

it('finds the sentences it is to translate, and leaves others alone', () => {
  expect(new Set(sentences).size).toBeGreaterThan(40);
  expect(captureInRussian('something else')).toBe('something else');
});
