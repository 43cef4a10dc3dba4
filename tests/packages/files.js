// What is published: only what users need, publint and attw on the tarball itself.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const attw = fileURLToPath(new URL('../../node_modules/.bin/attw', import.meta.url));
const ALWAYS = ['LICENSE', 'README.md', 'package.json'];
const PUBLISHED =
  /^(?:LICENSE|README\.md|package\.json|bin\/[\w-]+\.js|dist\/.+\.(?:c?js|d\.c?ts|css|html|svg|woff2)|dist\/(?:[\w-]+\/)?third-party-licenses\.md|templates\/[\w-]+\.ts|skills\/[\w-]+\/SKILL\.md)$/;

/**
 * @param {import('./tarballs.js').Packed[]} packed
 * @returns {Promise<import('./run.js').Check[]>}
 */
export async function checkFiles(packed) {
  const checks = [];
  for (const { name, folder, tarball, files, manifest } of packed) {
    const faults = [...fileFaults(files, manifest), ...minified(folder, files)];
    checks.push({ title: `${name}: its files`, error: faults.join('\n') });
    const pack = { tarball: Uint8Array.from(readFileSync(tarball)).buffer };
    const { messages } = await publint({ strict: true, pack });
    const problems = messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code);
    checks.push({ title: `${name}: publint --strict`, error: problems.join('\n') });
    if (manifest.exports?.['.'] !== undefined) checks.push(await types(name, tarball));
  }
  return checks;
}

/**
 * @param {string[]} files
 * @param {Record<string, unknown>} manifest
 */
function fileFaults(files, { exports, imports, bin, main, module, types, typesVersions }) {
  const named = JSON.stringify([exports, imports, bin, main, module, types, typesVersions]).match(
    /(?<=")\.\/[^"*]+\.\w+(?=")/g,
  );
  const needed = [...ALWAYS, ...(named ?? []).map((path) => path.slice(2))];
  // The skill, and the licenses of what the command line and the pages bundle.
  if (exports?.['./doctor'] !== undefined) needed.push('skills/videocloud-webhooks/SKILL.md');
  if (bin !== undefined && files.some((path) => /^dist\/server-/.test(path)))
    needed.push('dist/third-party-licenses.md');
  if (files.includes('dist/page/main.js')) needed.push('dist/page/third-party-licenses.md');
  if (exports?.['./board'] !== undefined) needed.push('dist/board-page/third-party-licenses.md');
  return [
    ...needed.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
    ...files.filter((path) => !PUBLISHED.test(path)).map((path) => `${path} is of no use to a user`),
  ];
}

/**
 * An error that nobody catches prints its line, which must not be the whole file. Pages are minified, and the board holds its.
 *
 * @param {string} folder
 * @param {string[]} files
 */
function minified(folder, files) {
  const lines = (/** @type {string} */ path) => readFileSync(`${folder}/${path}`, 'utf8').split('\n');
  return files
    .filter((path) => /^dist\/(?!(?:board-)?page\/|board\.).+\.c?js$/.test(path))
    .filter((path) => lines(path).some((line) => line.length > 2_000))
    .map((path) => `${path} is minified`);
}

async function types(name, tarball) {
  const title = `${name}: attw, every resolution`;
  try {
    await promisify(execFile)(attw, [tarball, '--no-color', '--format', 'ascii']);
    return { title, error: '' };
  } catch (error) {
    return { title, error: String(error.stdout || error) };
  }
}
