// Rules of the house that no other tool checks: the words of the repository, how long its files are, who may release, and
// that the lint rule of its own finds what it is for.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, readPage } from './snippets/extract.js';

const LIST = 'tests/docs/private-words.txt';
/** They name the words. */
const OWN = [LIST, 'tests/docs/house.test.ts'];
const GENERATED = /(?:^|\/)(?:generated|fixtures|vectors)\/|package-lock\.json$|\.(?:png|svg)$/;

const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(`${ROOT}/${file}`) && !GENERATED.test(file));

describe('the words of the repository', () => {
  const words = readPage(LIST)
    .split('\n')
    .filter((line) => line.includes(' => '))
    .map((line) => line.split(' => ') as [string, string]);

  it('are those of the field', () => {
    const faults = files
      .filter((file) => !OWN.includes(file))
      .flatMap((file) => {
        const text = readPage(file);
        return words.flatMap(([word, better]) => {
          const match = new RegExp(`(?<![\\w-])(?:${word})(?!\\w)`).exec(text);
          if (match === null) return [];
          return [`${file}:${text.slice(0, match.index).split('\n').length}: ${match[0]} (better: ${better})`];
        });
      });
    expect(faults).toEqual([]);
  });

  it('are found', () => {
    const found = words.filter(([word]) =>
      new RegExp(`\\b(?:${word})\\b`).test('Way mishap spoilt for ever behaviour'),
    );
    expect(found.map(([word]) => word)).toHaveLength(5);
  });
});

describe('the length of files', () => {
  /** Tests may be longer: a suite of one unit stays in one file. */
  const limitOf = (file: string) => (/(?:^|\/)(?:tests?|bench)\//.test(file) ? 450 : 250);

  it('lets a reader take one in', () => {
    const long = files
      .filter((file) => /\.(?:[cm]?[jt]sx?|css)$/.test(file))
      .map((file) => [file, readPage(file).split('\n').length - 1] as const)
      .filter(([file, lines]) => lines > limitOf(file));
    expect(long).toEqual([]);
  });
});

/** Paths of the repository in inline code; `NAME` stands for one that is to be made. */
function pathsIn(page: string): string[] {
  const text = readPage(page).replaceAll(/^```.*?^```/gms, '');
  return [...text.matchAll(/`([\w@.-]+\/[\w@./{},-]*)`/g)]
    .flatMap(([, path = '']) => expanded(path))
    .filter((path) => !path.includes('NAME'));
}

/** `a/{b,c}` as two paths. */
function expanded(path: string): string[] {
  const [whole, list] = /\{([^{}]*)\}/.exec(path) ?? [];
  if (whole === undefined || list === undefined) return [path];
  return list.split(',').flatMap((part) => expanded(path.replace(whole, part)));
}

describe.each(['.github/CONTRIBUTING.md', 'AGENTS.md', 'docs/architecture.md'])('%s', (page) => {
  it('names places that exist', () => {
    const paths = pathsIn(page).filter((path) =>
      /^(?:packages|tests|docs|scripts|bench|examples|\.github)\//.test(path),
    );
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(`${ROOT}/${path}`))).toEqual([]);
  });
});

it('CONTRIBUTING names what its files have', () => {
  const named = [
    ...readPage('.github/CONTRIBUTING.md').matchAll(
      /((?:`\w+`(?:,? and |, )?)+) (?:of|in) `([\w./-]+\.(?:ts|js|json))`/g,
    ),
  ].flatMap(([, names = '', file = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [file, name] as const),
  );
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter(([file, name]) => !new RegExp(`\\b${name}\\b`).test(readPage(file)))).toEqual([]);
});

it('the lint step finds `instanceof` on a platform type in the source of a package, and nowhere else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  const found = 'export const isOdd = (x: unknown) => x instanceof Error || x instanceof globalThis.Uint8Array;\n';
  const fine = '// `x instanceof Error`\nclass Own {}\nexport const isOwn = (x: unknown) => x instanceof Own;\n';
  const sources = {
    'packages/one/src/found.ts': found,
    'packages/one/src/deep/er/found.ts': found,
    'packages/one/src/fine.ts': fine,
    'packages/one/test/fine.ts': found,
  };
  try {
    const { plugins, linter } = JSON.parse(readPage('biome.json'));
    const absolute = plugins.map((plugin: { path: string }) => ({ ...plugin, path: join(ROOT, plugin.path) }));
    for (const [file, text] of Object.entries({
      ...sources,
      'biome.json': JSON.stringify({ plugins: absolute, linter }),
    })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const biome = join(ROOT, 'node_modules/.bin/biome');
    const { status, stderr, stdout } = spawnSync(biome, ['lint', '--reporter=github', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const files = [...`${stdout}${stderr}`.matchAll(/file=[^,\n]*?(packages\/[^,\n]+),[^\n]*No `instanceof`/g)].map(
      ([, file]) => file,
    );
    expect({ status, files: files.sort() }).toEqual({
      status: 1,
      files: ['packages/one/src/deep/er/found.ts', 'packages/one/src/found.ts'].flatMap((file) => [file, file]),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Job {
  needs?: string | string[];
  permissions: Record<string, string>;
  steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
}
const workflow = (name: string) => {
  const text = readPage(`.github/workflows/${name}.yml`);
  return { text, ...(parse(text) as { on: unknown; permissions: object; jobs: Record<string, Job> }) };
};
const runs = ({ steps }: Job) => steps.map(({ run = '' }) => run).join('\n');

describe.each(['ci', 'release'])('the workflow %s', (name) => {
  const { permissions, jobs } = workflow(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('has no rights but those a job asks for, and pins every action by its commit', () => {
    expect(permissions).toEqual({});
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((uses) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  it('leaves no token beside the code that a job runs', () => {
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.with).toEqual({ 'persist-credentials': false });
  });
});

it('a pull request goes through the gate, which may read and nothing else', () => {
  const { on, jobs } = workflow('ci');
  expect(on).toBe('pull_request');
  expect(Object.values(jobs).map((job) => [job.permissions, runs(job).trim()])).toEqual([
    [{ contents: 'read' }, 'bash .ci/run'],
  ]);
});

describe('the release workflow', () => {
  const { text, jobs } = workflow('release');

  it('has an action of Changesets that works with the installed CLI, and inputs that it knows', () => {
    const [, action] = /changesets\/action@[0-9a-f]{40} # v(\d+)\./.exec(text) ?? [];
    const cli = JSON.parse(readPage('package-lock.json')).packages['node_modules/@changesets/cli'].version;
    // Version 1 of the action works with version 2 of the CLI, version 2 with version 3.
    expect(Number(action)).toBe(Number.parseInt(cli, 10) - 1);
    const inputs = jobs.version?.steps.find(({ uses = '' }) => uses.startsWith('changesets/action@'))?.with;
    expect(inputs).toEqual({ version: 'npm run version-packages', commitMode: 'github-api' });
  });

  it('tests, packs and publishes apart: each without what the others may do', () => {
    const { build, pack, publish } = jobs;
    expect(build?.permissions).toEqual({ contents: 'read' });
    expect(build && runs(build)).toContain('bash .ci/run');
    // What the tests installed and ran cannot have touched what is packed.
    expect(pack).toMatchObject({ needs: 'build', permissions: { contents: 'read' } });
    expect(pack && runs(pack).trim()).toMatch(/^npm ci --ignore-scripts\n.*\nnode scripts\/release\.js release$/);
    expect(publish).toMatchObject({ needs: ['build', 'pack'], permissions: { 'id-token': 'write' } });
    expect(publish && runs(publish)).toContain('npm publish "$tarball" --access public --provenance');
    // Neither a checkout nor an installation: nobody's code runs beside the right to publish.
    expect(JSON.stringify(publish)).not.toMatch(/checkout|npm (?:ci|install|run)|npx|node scripts/);
    const mayPublish = Object.entries(jobs).filter(([, job]) => 'id-token' in job.permissions);
    expect(mayPublish.map(([name]) => name)).toEqual(['publish']);
    // Trusted publishing: there is no token to steal.
    expect(text).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/);
  });

  it('attaches the SBOM', () => {
    expect(jobs.attach && runs(jobs.attach)).toMatch(/gh release create .*\.cdx\.json/s);
  });
});
