// Makes what the release workflow publishes: every public package as a tarball that says where it comes from, and a list of
// all their dependencies (SBOM, CycloneDX) beside them. The repository is that of the workflow's own environment.
//   GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA   required
//   node scripts/release.js FOLDER                     a folder that does not exist
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));

/** @typedef {{ url: string, commit: string }} Source */

/**
 * Where the packages come from.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {Source}
 * @throws Error when the environment does not say so: npm refuses a provenance statement without a repository
 */
export function sourceOf({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit }) {
  if (!server || !/^https:\/\/[^/]+$/.test(server))
    throw new Error('set GITHUB_SERVER_URL, for example https://github.com');
  if (!repository || !/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error('set GITHUB_REPOSITORY to OWNER/NAME');
  if (!commit || !/^[0-9a-f]{40}$/.test(commit)) throw new Error('set GITHUB_SHA to the commit that is released');
  return { url: `${server}/${repository}`, commit };
}

/**
 * @param {Record<string, unknown>} manifest a package.json
 * @param {string} folder of the package, from the root of the repository
 * @param {Source} source
 */
export function withSource(manifest, folder, { url }) {
  return {
    ...manifest,
    repository: { type: 'git', url: `git+${url}.git`, directory: folder },
    homepage: `${url}/tree/HEAD/${folder}#readme`,
    bugs: { url: `${url}/issues` },
  };
}

/**
 * A README whose links also lead somewhere on npm's site.
 *
 * @param {string} text
 * @param {string} folder of the package, from the root of the repository
 * @param {Source} source
 */
export function withAbsoluteLinks(text, folder, { url, commit }) {
  return text.replaceAll(/(!?\[[^\]]*\]\()(?![a-z]+:|#)([^)\s]+)/g, (_, before, target) => {
    const view = before.startsWith('!') ? 'raw' : 'blob';
    return `${before}${url}/${view}/${commit}/${posix.normalize(`${folder}/${target}`)}`;
  });
}

/**
 * @param {string} name of a folder in packages/
 * @param {Source} source
 * @param {string} out where the tarball goes
 */
export function packForRelease(name, source, out) {
  const work = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const packed = npmPack(packages + name, work);
    execFileSync('tar', ['-xzf', join(work, packed), '-C', work]);
    const contents = join(work, 'package');
    edit(
      join(contents, 'package.json'),
      (text) => `${JSON.stringify(withSource(JSON.parse(text), `packages/${name}`, source), null, 2)}\n`,
    );
    edit(join(contents, 'README.md'), (text) => withAbsoluteLinks(text, `packages/${name}`, source));
    return npmPack(contents, out);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/**
 * The dependencies of all packages as CycloneDX, as npm resolves them for a user today.
 *
 * @param {string[]} tarballs absolute paths
 */
export function sbomOf(tarballs) {
  const work = mkdtempSync(join(tmpdir(), 'sbom-'));
  // npm calls the document after the folder.
  const cwd = join(work, 'videocloud-webhooks');
  mkdirSync(cwd);
  try {
    const manifest = { name: 'videocloud-webhooks', version: '0.0.0', private: true };
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest));
    execFileSync('npm', ['install', '--package-lock-only', '--silent', ...tarballs], { cwd, stdio: 'inherit' });
    const sbom = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=library', '--package-lock-only'];
    return execFileSync('npm', sbom, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  } finally {
    rmSync(work, { recursive: true });
  }
}

/**
 * @param {string} cwd
 * @param {string} destination
 * @returns {string} the tarball's name
 */
function npmPack(cwd, destination) {
  const args = ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', resolve(destination)];
  return JSON.parse(execFileSync('npm', args, { cwd, encoding: 'utf8' }))[0].filename;
}

/**
 * @param {string} file
 * @param {(text: string) => string} change
 */
function edit(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** The folders in packages/ that are published. */
export function publicPackages() {
  return readdirSync(packages).filter(
    (name) => !JSON.parse(readFileSync(`${packages}${name}/package.json`, 'utf8')).private,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = sourceOf(process.env);
  const [, , out = 'release'] = process.argv;
  mkdirSync(out);
  const tarballs = publicPackages().map((name) => resolve(out, packForRelease(name, source, out)));
  writeFileSync(join(out, 'videocloud-webhooks.cdx.json'), sbomOf(tarballs));
  console.log(tarballs.join('\n'));
}
