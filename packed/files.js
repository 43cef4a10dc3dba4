// What is published: the exact files, publint and attw on the tarball itself.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { normalised } from './tarballs.js';

const listed = fileURLToPath(new URL('files.txt', import.meta.url));
const attw = fileURLToPath(new URL('../node_modules/.bin/attw', import.meta.url));

/**
 * @param {import('./tarballs.js').Packed[]} packed
 * @param {boolean} update
 * @returns {Promise<import('./run.js').Check[]>}
 */
export async function checkFiles(packed, update) {
  const actual = packed.flatMap(({ name, files }) => normalised(files).map((path) => `${name}/${path}`));
  if (update || !existsSync(listed)) writeFileSync(listed, `${actual.join('\n')}\n`);
  const expected = readFileSync(listed, 'utf8').trimEnd().split('\n');
  const checks = [];
  for (const { name, tarball, manifest } of packed) {
    const within = (/** @type {string} */ path) => path.startsWith(`${name}/`);
    const stray = actual.filter((path) => within(path) && !expected.includes(path));
    const missing = expected.filter((path) => within(path) && !actual.includes(path));
    const wrong = [
      ...stray.map((path) => `${path} is not in packed/files.txt`),
      ...missing.map((path) => `${path} is missing`),
    ];
    checks.push({ title: `${name}: the file list`, error: wrong.join('\n') });

    const pack = { tarball: Uint8Array.from(readFileSync(tarball)).buffer };
    const { messages } = await publint({ strict: true, pack });
    const problems = messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code);
    checks.push({ title: `${name}: publint --strict`, error: problems.join('\n') });
    if (manifest.exports?.['.'] !== undefined) checks.push(await types(name, tarball));
  }
  return checks;
}

/**
 * The profile leaves out `moduleResolution: node10`, which reads no "exports" and so finds no sub-path: TypeScript 6
 * deprecates it, TypeScript 7 has dropped it, and to please it every sub-path would need a folder of its own.
 */
async function types(name, tarball) {
  const title = `${name}: attw, every resolution but node10`;
  try {
    await promisify(execFile)(attw, [tarball, '--profile', 'node16', '--no-color', '--format', 'ascii']);
    return { title, error: '' };
  } catch (error) {
    return { title, error: String(error.stdout || error) };
  }
}
