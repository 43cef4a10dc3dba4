// The gate's typecheck: what `npm run typecheck` compiles, by the native compiler, which takes a sixth of the time.
// The two infer a few types differently: where it finds a fault, the workspace's own TypeScript decides.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { twoAtATime } from '../support/two-at-a-time.js';
import { installTools } from './project.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const native = fileURLToPath(new URL('node_modules/typescript-7/bin/tsc', import.meta.url));
const own = `${repository}node_modules/typescript/bin/tsc`;
const run = promisify(execFile);

/** @returns {string[]} the projects that a package's `typecheck` compiles */
function projectsOf(/** @type {string} */ folder) {
  const manifest = `${repository}${folder}/package.json`;
  if (!existsSync(manifest)) return [];
  const { typecheck = '' } = JSON.parse(readFileSync(manifest, 'utf8')).scripts ?? {};
  return [...typecheck.matchAll(/\btsc -p (\S+)/g)].map(([, project]) => `${folder}/${project}`);
}

const folders = ['packages', 'examples'].flatMap((parent) =>
  readdirSync(repository + parent).map((name) => `${parent}/${name}`),
);
const projects = folders.flatMap(projectsOf);
if (projects.length < 15) throw new Error(`only ${projects.length} projects found`);
let failed = 0;

/** @returns {Promise<string>} what is wrong, or nothing */
const compile = (/** @type {string} */ tsc, /** @type {string} */ project) =>
  run(process.execPath, [tsc, '--pretty', 'false', '-p', project], { cwd: repository }).then(
    () => '',
    ({ stdout, stderr, message }) => `${stdout}${stderr}` || message,
  );

installTools();
await twoAtATime([...projects, 'tsconfig.json'], async (project) => {
  const fault = (await compile(native, project)) && (await compile(own, project));
  if (fault !== '') failed++;
  console.log(`${fault === '' ? 'ok    ' : 'FAILED'} ${project}${fault && `\n${fault}`}`);
});
process.exitCode = failed === 0 ? 0 : 1;
