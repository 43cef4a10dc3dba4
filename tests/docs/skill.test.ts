// The skill in the tarball of the core package, as agentskills.io specifies it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, readPage } from './snippets/extract.js';

const FOLDER = 'packages/webhooks/skills/videocloud-webhooks';

it('the skill has the front matter that assistants read, and stays short', () => {
  const [, front = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(readPage(`${FOLDER}/SKILL.md`)) ?? [];
  const { name, description, ...more } = parse(front) as Record<string, string>;
  expect(FOLDER.endsWith(`/${name}`)).toBe(true);
  expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  expect(description?.length).toBeGreaterThan(100);
  expect(description?.length).toBeLessThanOrEqual(1_024);
  expect(Object.keys(more)).toEqual(['license']);
  expect(body.split('\n').length).toBeLessThan(500);
  // What the package does not hold cannot be linked.
  expect(body).not.toMatch(/\]\((?!https:)/);
});

it('the skill begins with the rules', () => {
  const text = readPage(`${FOLDER}/SKILL.md`);
  const rules = text.slice(text.indexOf('## Rules'), text.indexOf('## Receive'));
  for (const rule of [
    'raw bytes',
    'JSON.stringify(req.body)',
    'before body parsers',
    'On Next.js',
    '10 seconds',
    'idempotency',
  ])
    expect(rules).toContain(rule);
});

it('the skill is published', () => {
  const { files } = JSON.parse(readPage('packages/webhooks/package.json')) as { files: string[] };
  expect(files).toContain('skills');
  expect(existsSync(join(ROOT, FOLDER))).toBe(true);
});
