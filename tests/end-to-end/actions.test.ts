// The actions under .github/actions: their own `run` steps, in bash, as a runner runs them.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { createSender, type Sender } from '@videocloud/webhooks-sender';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = 'secret-of-the-actions-test';
const TOKEN = 'token-of-the-actions-test';

interface Step {
  readonly id?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}
interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { description: string; default?: string; required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { description: string; value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Workflow {
  readonly jobs: Record<string, { steps: { uses?: string; with?: Record<string, unknown> }[] }>;
}

const actionOf = (name: string): Action =>
  parse(readFileSync(join(ROOT, `.github/actions/${name}/action.yml`), 'utf8'));

// In place of the registry: notes its arguments, and gives the packages of this repository.
const bin = mkdtempSync(join(tmpdir(), 'videocloud-actions-bin-'));
writeFileSync(
  join(bin, 'npm'),
  `#!/bin/sh
for argument in "$@"; do printf '%s\\n' "$argument" >>"$RUNNER_TEMP/npm"; done
mkdir -p "$3" && ln -sfn '${join(ROOT, 'node_modules')}' "$3/node_modules"
`,
  { mode: 0o755 },
);

interface Ran {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly npm: readonly string[];
  /** The workspace. */
  readonly folder: string;
}

/** Runs the steps of an action as a runner does, until one fails. */
async function run(name: string, inputs: Record<string, string>, job: Record<string, string> = {}): Promise<Ran> {
  const { inputs: known, runs } = actionOf(name);
  const value = (input: string) => inputs[input] ?? known[input]?.default ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'videocloud-actions-'));
  const [temp, output, summary] = [join(folder, 'temp'), join(folder, 'output'), join(folder, 'summary')];
  mkdirSync(temp);
  writeFileSync(output, '');
  let [code, log] = [0 as number | null, ''];
  for (const step of runs.steps) {
    const script = join(temp, 'step.sh');
    writeFileSync(script, step.run);
    const env = Object.fromEntries(
      Object.entries(step.env).map(([variable, text]) => [
        variable,
        text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => value(input)),
      ]),
    );
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: folder,
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        RUNNER_TEMP: temp,
        GITHUB_ACTION_PATH: join(ROOT, `.github/actions/${name}`),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        ...job,
        ...env,
      },
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
    code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) break;
  }
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  expect(log + read(summary) + read(output)).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`));
  const lines = read(output).split('\n').filter(Boolean);
  return {
    code,
    log,
    outputs: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
    summary: read(summary),
    npm: read(join(temp, 'npm')).split('\n').filter(Boolean),
    folder,
  };
}

it('the page on GitHub Actions uses them with inputs that they have', () => {
  const page = readFileSync(join(ROOT, 'docs/test/github-actions.md'), 'utf8');
  const workflows = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => parse(text) as Workflow);
  const used = workflows
    .flatMap(({ jobs }) => Object.values(jobs).flatMap(({ steps }) => steps))
    .filter(({ uses }) => uses?.includes('.github/actions/'));
  expect(used.map(({ uses }) => uses?.split('/').at(-1)?.split('@')[0])).toEqual(['check', 'ensure']);
  for (const { uses, with: inputs = {} } of used) {
    const known = actionOf(/(\w+)@/.exec(uses ?? '')?.[1] ?? '').inputs;
    expect(Object.keys(known)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    for (const [name, { required }] of Object.entries(known)) if (required) expect(inputs).toHaveProperty(name);
    for (const name of Object.keys(known)) expect(page).toContain(`| \`${name}\``);
  }
});

describe.each(['check', 'ensure'])('the action %s', (name) => {
  const action = actionOf(name);

  it('describes every input and output, and hands inputs over in variables only', () => {
    expect(action.runs.using).toBe('composite');
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs), action])
      expect(description.length).toBeGreaterThan(20);
    for (const { run: script, shell, env } of action.runs.steps) {
      expect(script).not.toContain('${{');
      expect(script).not.toMatch(/\$\(|`|eval/);
      expect(shell).toBe('bash');
      for (const text of Object.values(env)) expect(text).toMatch(/^\$\{\{ inputs\.[\w-]+ \}\}$/);
    }
    const used = action.runs.steps.flatMap(({ env }) =>
      Object.values(env).map((text) => /inputs\.([\w-]+)/.exec(text)?.[1]),
    );
    expect(used.sort()).toEqual(Object.keys(action.inputs).sort());
    for (const { value } of Object.values(action.outputs))
      expect(value).toMatch(new RegExp(`^\\$\\{\\{ steps\\.${name}\\.outputs\\.\\w+ \\}\\}$`));
  });

  it.each([
    'latest',
    '0.1.0; touch pwned',
    '$(touch pwned)',
    '0.1.0\n0.2.0',
    '../evil.tgz',
    'https://evil.test/a.tgz',
    '--help',
  ])('installs no version %j', async (version) => {
    const { code, log, npm, folder } = await run(name, { version, url: 'http://127.0.0.1:1/' });
    expect({ code, npm }).toEqual({ code: 2, npm: [] });
    expect(log).toBe('error: the input version must be a version such as 0.1.0\n');
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});

/** What a workflow could take from a stranger. */
const HOSTILE = [
  '--help"; touch pwned; \'$(touch pwned)`touch pwned` | touch pwned\n::set-output name=level::reliable',
  '"; touch pwned; \'"$(touch pwned)`touch pwned` | touch pwned #',
];

describe('check', () => {
  let url = '';
  beforeAll(async () => {
    const receiver = createReceiver({ secrets: SECRET, onError: () => {}, bodyTimeout: 2_000 }).on('*', () => {});
    const endpoint = createServer(
      { headersTimeout: 1_000, connectionsCheckingInterval: 200 },
      webhookHandler(receiver),
    );
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    afterAll(() => endpoint.close());
    url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/webhooks`;
  });

  it('reports to the log, the summary, JUnit and the outputs; the pinned version is this commit’s', async () => {
    const { code, log, outputs, summary, npm, folder } = await run('check', {
      url,
      secret: SECRET,
      junit: 'reports/kit.xml',
    });
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(outputs).toMatchObject({ level: 'verifies', failed: '0', junit: 'reports/kit.xml' });
    expect(Number(outputs.passed)).toBeGreaterThan(100);
    // What the endpoint answered is printed as text, never as a command to the runner.
    expect(log).toMatch(/::stop-commands::([\w-]+)\n.*passed, 0 failed.*\n::\1::\n$/s);
    expect(log).toMatch(/passed, 0 failed, \d+ skipped; level verifies/);
    expect(summary).toContain('verifies');
    expect(readFileSync(join(folder, 'reports/kit.xml'), 'utf8')).toMatch(/^<\?xml/);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8')) as {
      version: string;
    };
    expect(npm.at(-1)).toBe(`@videocloud/webhooks-cli@${version}`);
  });

  it('fails when the endpoint fails a case, and says where the secret is missing', async () => {
    const wrong = createServer((request, response) => request.resume().on('end', () => response.writeHead(200).end()));
    await new Promise<void>((resolve) => wrong.listen(0, '127.0.0.1', resolve));
    afterAll(() => wrong.close());
    const target = `http://127.0.0.1:${(wrong.address() as AddressInfo).port}/`;
    const failing = await run('check', { url: target }, { VIDEOCLOUD_WEBHOOK_SECRET: SECRET });
    expect(failing).toMatchObject({ code: 1, outputs: { level: 'none', junit: 'webhook-conformance.xml' } });
    expect(await run('check', { url: target })).toMatchObject({ code: 2, log: expect.stringContaining('no secret:') });
  });

  it.each(['url', 'event', 'junit', 'fast', 'i-own-this-host'])('the input %s is never a command', async (input) => {
    for (const text of HOSTILE) {
      // A port where nothing listens: no run of the suite.
      const { code, outputs, folder } = await run('check', {
        url: 'http://127.0.0.1:1/',
        secret: SECRET,
        [input]: text,
      });
      expect(code).toBeGreaterThan(1);
      expect(outputs).toEqual({});
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    }
  });
});

describe('ensure', () => {
  let sender: Sender;
  let api = '';
  beforeAll(async () => {
    sender = await createSender({ token: TOKEN, clock: 'virtual' });
    api = (await sender.listen()).url;
  });
  afterAll(() => sender.close());

  const file = join(mkdtempSync(join(tmpdir(), 'videocloud-actions-file-')), 'webhooks.yaml');
  writeFileSync(file, 'webhooks:\n  - url: https://example.com/hooks\n    events: [video.uploaded]\n');

  it('fails on drift, applies it when told to, and then passes', async () => {
    const inputs = { file, 'api-url': api, token: TOKEN, secret: SECRET };
    const drift = await run('ensure', inputs);
    expect(drift).toMatchObject({ code: 1, outputs: { drift: 'true' } });
    expect(drift.log).toContain('+ would create https://example.com/hooks (video.uploaded)');
    expect(drift.summary).toContain('would create');
    expect(await run('ensure', { ...inputs, apply: 'true' })).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    const variables = { VIDEOCLOUD_API_URL: api, VIDEOCLOUD_API_TOKEN: TOKEN, VIDEOCLOUD_WEBHOOK_SECRET: SECRET };
    expect(await run('ensure', { file }, variables)).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(await run('ensure', { ...inputs, token: 'wrong' })).toMatchObject({ code: 3, outputs: {} });
  });

  it.each(['file', 'api-url', 'prune', 'apply'])('the input %s is never a command', async (input) => {
    for (const text of HOSTILE) {
      const given = { file, 'api-url': 'http://127.0.0.1:1/', token: TOKEN, secret: SECRET, [input]: text };
      const { code, outputs, folder } = await run('ensure', given);
      expect(code).toBeGreaterThan(1);
      expect(outputs).toEqual({});
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    }
  });
});
