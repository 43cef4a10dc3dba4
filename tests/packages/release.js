// The tarballs that the release workflow would publish: they say where they come from, and their README works on npm.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { packForRelease, publicPackages, sbomOf, sourceOf } from '../../scripts/release.js';
import { check } from './project.js';

const WORKFLOW = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'owner/name',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
};

export async function checkRelease() {
  const checks = [
    await check('without a repository in the environment nothing is released', async () => {
      for (const missing of Object.keys(WORKFLOW)) {
        let refused = false;
        try {
          sourceOf({ ...WORKFLOW, [missing]: undefined });
        } catch (error) {
          refused = String(error).includes(missing);
        }
        if (!refused) throw new Error(`released without ${missing}`);
      }
    }),
  ];
  // The workflow names a folder beside the sources.
  const out = relative('.', mkdtempSync(join(tmpdir(), 'released-')));
  for (const name of publicPackages()) {
    checks.push(await check(`${name}: as the workflow publishes it`, async () => published(name, out)));
  }
  checks.push(
    await check('the SBOM names our packages and what they depend on', async () => {
      const tarballs = readdirSync(out).map((file) => resolve(out, file));
      const found = JSON.parse(sbomOf(tarballs)).components.map(({ purl }) => purl.replace(/@[\d.]+(?:\?.*)?$/, ''));
      for (const name of ['%40videocloud/webhooks-cli', 'openapi-fetch', 'libsql'])
        if (!found.includes(`pkg:npm/${name}`)) throw new Error(`${name} is not among ${found.join(' ')}`);
    }),
  );
  rmSync(out, { recursive: true });
  return checks;
}

/**
 * @param {string} name
 * @param {string} out
 */
async function published(name, out) {
  const tarball = join(out, packForRelease(name, sourceOf(WORKFLOW), out));
  const read = (/** @type {string} */ file) =>
    execFileSync('tar', ['-xzOf', tarball, `package/${file}`], { encoding: 'utf8' });
  const { repository, homepage, bugs } = JSON.parse(read('package.json'));
  const told = [repository.url, repository.directory, homepage, bugs.url].join(' ');
  const url = 'https://github.com/owner/name';
  const expected = `git+${url}.git packages/${name} ${url}/tree/HEAD/packages/${name}#readme ${url}/issues`;
  if (told !== expected) throw new Error(`${told}\nin place of ${expected}`);
  if (!read('LICENSE').includes('MIT')) throw new Error('no LICENSE');
  const stuck = read('README.md').match(/\]\((?![a-z]+:|#)[^)]*\)/g);
  if (stuck !== null) throw new Error(`README.md has links that npm cannot follow: ${stuck.join(' ')}`);
}
