// Every package as npm would publish it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
export const build = fileURLToPath(new URL('build/', import.meta.url));

/** @typedef {{ name: string, folder: string, tarball: string, files: string[], unpacked: number, manifest: Record<string, never> }} Packed */

/** @returns {Packed[]} */
export function packAll() {
  rmSync(build, { recursive: true, force: true });
  mkdirSync(`${build}tarballs`, { recursive: true });
  return readdirSync(packages).map((name) => {
    const folder = packages + name;
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const [{ filename, files, unpackedSize }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', `${build}tarballs`], {
        cwd: folder,
        encoding: 'utf8',
      }),
    );
    const tarball = `${build}tarballs/${filename}`;
    const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
    return { name: manifest.name, folder, tarball, files: paths, unpacked: unpackedSize, manifest };
  });
}

/**
 * The file list with the parts that change with the content (hashes, and how many shared chunks there are) taken out.
 *
 * @param {string[]} files
 */
export function normalised(files) {
  const names = files.map((path) => path.replace(/^(dist\/.*)-(?=.*[A-Z0-9])[\w-]{8}(?=\.(c?js|d\.c?ts)$)/, '$1-HASH'));
  return [...new Set(names)].sort();
}
