// Every package as npm would publish it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));
export const build = fileURLToPath(new URL('build/', import.meta.url));

/** @typedef {{ name: string, folder: string, tarball: string, files: string[], manifest: Record<string, never> }} Packed */

/** @returns {Packed[]} */
export function packAll() {
  rmSync(build, { recursive: true, force: true });
  mkdirSync(`${build}tarballs`, { recursive: true });
  return readdirSync(packages).flatMap((name) => {
    const folder = packages + name;
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    if (manifest.private) return [];
    const [{ filename, files }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', `${build}tarballs`], {
        cwd: folder,
        encoding: 'utf8',
      }),
    );
    const tarball = `${build}tarballs/${filename}`;
    const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
    return [{ name: manifest.name, folder, tarball, files: paths, manifest }];
  });
}
