import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, Failure, reasonOf } from '../../failure.js';
import { codeOf, type Folder } from './folder.js';
import type { Change } from './setup.js';

/**
 * Writes all changes or none.
 *
 * Each text is written to a temporary file beside its place first; then they are put in place, and what was put is taken
 * back when one of them cannot be. A new file never replaces one that appeared meanwhile; a file that was edited meanwhile
 * is left alone.
 *
 * @throws Failure (1) when a file cannot be written; the folder is then as it was
 */
export function writeChanges(folder: Folder, changes: readonly Change[]): void {
  const undo: (() => void)[] = [];
  const staged: { temporary: string; target: string; change: Change }[] = [];
  let current = '';
  try {
    for (const change of changes) {
      current = change.path;
      const target = folder.at(change.path);
      makeFolder(dirname(target), undo);
      const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
      undo.push(() => remove(temporary));
      writeFileSync(temporary, change.after, { flag: 'wx' });
      if (change.before !== undefined) chmodSync(temporary, statSync(target).mode & 0o7777);
      staged.push({ temporary, target, change });
    }
    for (const { temporary, target, change } of staged) {
      const { before } = change;
      current = change.path;
      if (before === undefined) {
        // Unlike a rename, a link fails where the name is taken.
        linkSync(temporary, target);
        undo.push(() => remove(target));
        unlinkSync(temporary);
      } else {
        const bytes = readFileSync(target);
        if (!bytes.equals(Buffer.from(before))) throw new Error('it was changed meanwhile');
        renameSync(temporary, target);
        undo.push(() => writeFileSync(target, bytes));
      }
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw new Failure(EXIT.failed, failureText(folder, current, error));
  }
}

function makeFolder(path: string, undo: (() => void)[]): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), undo);
  mkdirSync(path);
  undo.push(() => rmdirSync(path));
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was put in place, or never made.
  }
}

function failureText(folder: Folder, path: string, error: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'you may not write there: change the permissions of the folder',
    EPERM: 'you may not write there: change the permissions of the folder',
    EROFS: 'the disk is read-only: use a folder that can be written',
    ENOSPC: 'the disk is full: make room',
    EEXIST: 'it appeared meanwhile: run init again',
  };
  const reason = reasons[codeOf(error) ?? ''] ?? reasonOf(error);
  return `cannot write ${path} in ${folder.path}: ${reason}. Nothing was written`;
}
