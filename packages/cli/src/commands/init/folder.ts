import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { isNamed, reasonOf, usage } from '../../failure.js';

const MAX_BYTES = 1024 * 1024;

/** A folder on disk, seen by paths relative to it with `/` between names. */
export class Folder {
  /** Absolute, without links. */
  readonly path: string;

  /** @throws Failure (2) when there is no such folder */
  constructor(path: string) {
    try {
      this.path = realpathSync(path);
      if (!statSync(this.path).isDirectory()) throw new Error('it is not a folder');
    } catch (error) {
      const missing = codeOf(error) === 'ENOENT';
      throw usage(`cannot use ${path}: ${missing ? 'there is no such folder' : reasonOf(error)}`);
    }
  }

  at(path: string): string {
    return join(this.path, ...path.split('/'));
  }

  /** Whether anything has this name, a broken link included. */
  has(path: string): boolean {
    try {
      lstatSync(this.at(path));
      return true;
    } catch {
      return false;
    }
  }

  hasFolder(path: string): boolean {
    try {
      return statSync(this.at(path)).isDirectory();
    } catch {
      return false;
    }
  }

  /** The text of a file; undefined where there is none, or it is over 1 MiB or not UTF-8. */
  read(path: string): string | undefined {
    try {
      const stat = statSync(this.at(path));
      if (!stat.isFile() || stat.size > MAX_BYTES) return undefined;
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(this.at(path)));
    } catch (error) {
      if (isNamed(error, 'TypeError') || codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
      throw usage(`cannot read ${this.at(path)}: ${reasonOf(error).replace(/, [a-z]+ '[\s\S]*$/, '')}`);
    }
  }

  /** The names in a folder; none where there is no folder. */
  list(path: string): string[] {
    try {
      return readdirSync(this.at(path)).sort();
    } catch {
      return [];
    }
  }

  isLink(path: string): boolean {
    return lstatSync(this.at(path)).isSymbolicLink();
  }

  /** Why no file may be made at a path: a file or a link out of this folder stands on the way. */
  obstacle(path: string): string | undefined {
    let at = '';
    for (const name of path.split('/').slice(0, -1)) {
      at = at === '' ? name : `${at}/${name}`;
      if (!this.has(at)) return undefined;
      if (!this.hasFolder(at)) return `${at} is not a folder`;
      const way = relative(this.path, realpathSync(this.at(at)));
      if (way === '..' || way.startsWith(`..${sep}`)) return `${at} is a link that leads out of ${this.path}`;
    }
    return undefined;
  }

  parent(): Folder | undefined {
    const above = dirname(this.path);
    return above === this.path ? undefined : new Folder(above);
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}
