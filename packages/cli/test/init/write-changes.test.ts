import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Folder } from '../../src/commands/init/folder.js';
import { writeChanges } from '../../src/commands/init/write.js';
import { contentsOf, makeProject } from './project.js';

const create = (path: string) => ({ path, before: undefined, after: 'new' });

it.each<[string, (dir: string) => void]>([
  ['a file that appeared meanwhile', (dir) => writeFileSync(join(dir, 'last.js'), 'theirs')],
  ['a folder that appeared meanwhile', (dir) => mkdirSync(join(dir, 'last.js'))],
  ['a file that was edited meanwhile', (dir) => writeFileSync(join(dir, 'edited.js'), 'newer')],
])('what was put in place is taken back: %s', (_, meanwhile) => {
  const dir = makeProject({ 'first.js': 'old', 'edited.js': 'old' });
  meanwhile(dir);
  const before = contentsOf(dir);
  const changes = [
    create('deep/er/new.js'),
    { path: 'first.js', before: 'old', after: 'changed' },
    { path: 'edited.js', before: 'old', after: 'changed' },
    create('last.js'),
  ];
  expect(() => writeChanges(new Folder(dir), changes)).toThrow(
    /^cannot write (last|edited)\.js in .*meanwhile.* Nothing was written$/,
  );
  expect(contentsOf(dir)).toEqual(before);
});
