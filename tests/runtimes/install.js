// The runtimes of package-lock.json, and the package under test as npm would publish it. Not the workspace link:
// Bun would follow the `paths` of the package's own tsconfig into its source.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const scope = `${here}node_modules/@videocloud`;

export function installRuntimes() {
  const installed = `${here}node_modules/.package-lock.json`;
  const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${here}package-lock.json`).mtimeMs;
  if (fresh) return;
  const began = Date.now();
  execFileSync('npm', ['ci', '--silent', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
  console.log(`installed the runtimes in ${Math.round((Date.now() - began) / 1_000)} s`);
}

export function installPackage() {
  rmSync(scope, { recursive: true, force: true });
  mkdirSync(`${scope}/webhooks`, { recursive: true });
  mkdirSync(`${here}build`, { recursive: true });
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', `${here}build`], {
      cwd: `${here}../../packages/webhooks`,
      encoding: 'utf8',
    }),
  );
  execFileSync('tar', ['-xzf', `${here}build/${filename}`, '-C', `${scope}/webhooks`, '--strip-components=1']);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installRuntimes();
