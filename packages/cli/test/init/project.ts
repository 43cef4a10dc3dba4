import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { run } from '../../src/main.js';

export const root = mkdtempSync(join(tmpdir(), 'videocloud-init-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;

export type Files = Readonly<Record<string, string | object>>;

/** A project on disk; objects are written as JSON. */
export function makeProject(files: Files, name = 'project'): string {
  made += 1;
  const dir = join(root, String(made), name);
  mkdirSync(dir, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
  return dir;
}

/** Every path below a folder with what it holds. */
export function contentsOf(dir: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stat = lstatSync(path);
    const text = stat.isFile()
      ? readFileSync(path, 'utf8')
      : stat.isSymbolicLink()
        ? `-> ${readlinkSync(path)}`
        : '(folder)';
    found[path.slice(dir.length + 1)] = `${stat.mode.toString(8)} ${text}`;
  }
  return found;
}

class Sink extends Writable {
  text = '';
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** Runs `init` in this process, without a terminal. */
export async function init(args: readonly string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const io = { stdin: Readable.from([]), stdout, stderr, env, signal: new AbortController().signal };
  const code = await run(['init', ...args], io);
  return { code, out: stdout.text, err: stderr.text };
}

/** What `init` would do in a folder. */
export async function planOf(dir: string, ...args: string[]) {
  const { code, out, err } = await init([dir, '--dry-run', '--json', ...args]);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as {
    framework: string;
    language: string;
    module: string;
    packageManager: string;
    testRunner: string;
    changes: { path: string; action: string; diff: string[] }[];
    unchanged: string[];
    manual: { file: string; where: string; lines: string[] }[];
    next: { install: string[]; test: string; start?: string; trigger: string; secret: string };
  };
}

export const EXPRESS_JS = `const express = require('express');

const app = express();
app.use(express.json());
module.exports = app;
`;

/** An Express app in JavaScript, as \`npm init -y\` and a few lines make it. */
export const expressApp = (more: Files = {}): Files => ({
  'package.json': { name: 'shop', main: 'app.js', dependencies: { express: '^5.0.0' } },
  'app.js': EXPRESS_JS,
  ...more,
});
