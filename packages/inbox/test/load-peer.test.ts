// Which packages an engine needs, in which versions, as the built package finds them in a user's node_modules.
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startRedis } from '../../../tests/support/services.js';
import type { openInbox } from '../src/index.js';
import { contract } from './contract.js';

const run = promisify(execFile);
const PACKAGE = new URL('..', import.meta.url).pathname;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'inbox-peers-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A project with the built inbox, its own dependencies if wanted, and the packages given: a folder or a version. */
function project(packages: Readonly<Record<string, string>>, withLibsql = false): string {
  const home = mkdtempSync(join(folder, 'app-'));
  const modules = join(home, 'node_modules');
  const inbox = join(modules, '@videocloud/webhooks-inbox');
  mkdirSync(inbox, { recursive: true });
  cpSync(`${PACKAGE}dist`, join(inbox, 'dist'), { recursive: true });
  cpSync(`${PACKAGE}package.json`, join(inbox, 'package.json'));
  symlinkSync(realpathSync(`${PACKAGE}../webhooks`), join(modules, '@videocloud/webhooks'));
  if (withLibsql) {
    for (const name of ['libsql', '@neon-rs/load', 'detect-libc']) {
      cpSync(installed(name), join(modules, name), { recursive: true });
    }
  }
  for (const [name, source] of Object.entries(packages)) {
    if (source.startsWith('/')) symlinkSync(source, join(modules, name));
    else {
      mkdirSync(join(modules, name));
      writeFileSync(join(modules, name, 'package.json'), JSON.stringify({ name, version: source, main: 'index.js' }));
      writeFileSync(join(modules, name, 'index.js'), readFileSync(new URL(`./peers/${name}.js`, import.meta.url)));
    }
  }
  return home;
}

function installed(name: string): string {
  for (const root of [PACKAGE, join(PACKAGE, '../..')]) {
    const path = join(root, 'node_modules', name);
    if (existsSync(path)) return realpathSync(path);
  }
  throw new Error(`${name} is not installed`);
}

const PROGRAMS = {
  esm: "import { openInbox } from '@videocloud/webhooks-inbox';",
  cjs: "const { openInbox } = require('@videocloud/webhooks-inbox');",
};

async function opening(home: string, url: string, format: keyof typeof PROGRAMS = 'esm') {
  const program = join(home, format === 'esm' ? 'main.mjs' : 'main.cjs');
  writeFileSync(
    program,
    `${PROGRAMS[format]}
     openInbox(${JSON.stringify(url)}).then((inbox) => inbox.close().then(() => console.log('["opened"]')),
       (error) => console.log(JSON.stringify([error.name, error.code, error.message])));`,
  );
  const { stdout } = await run(process.execPath, [program], { cwd: home, timeout: 30_000 });
  expect(stdout).not.toContain('hunter2');
  return JSON.parse(stdout) as string[];
}

const POSTGRES = 'postgres://user:hunter2@127.0.0.1:1/db';
const REDIS = 'redis://:hunter2@127.0.0.1:1';
const real = (...names: string[]) => Object.fromEntries(names.map((name) => [name, installed(name)]));

describe.each(['esm', 'cjs'] as const)('an inbox opened from %s', (format) => {
  it.each([
    [POSTGRES, {}, 'npm install pg@8 pg-boss@12'],
    [POSTGRES, real('pg'), 'npm install pg@8 pg-boss@12'],
    [REDIS, {}, 'npm install bullmq@6 ioredis@5'],
    [REDIS, real('bullmq'), 'npm install bullmq@6 ioredis@5'],
  ])('%s with %o installed names the install line', async (url, packages, line) => {
    const [name, code, message] = await opening(project(packages), url, format);
    expect([name, code]).toEqual(['InboxError', 'engine_missing']);
    expect(message).toContain(line);
  });

  it('finds what is installed', async () => {
    const home = project(real('pg', 'pg-boss', 'bullmq', 'ioredis', 'libsql'));
    expect((await opening(home, POSTGRES, format))[1]).toBe('open_failed');
    expect((await opening(home, REDIS, format))[1]).toBe('open_failed');
    expect(await opening(home, `file:${join(home, 'inbox.db')}`, format)).toEqual(['opened']);
  });

  it.each([
    [POSTGRES, 'pg-boss', '10.0.0', 'pg'],
    [POSTGRES, 'pg-boss', '11.1.2', 'pg'],
    [POSTGRES, 'pg-boss', '13.0.0', 'pg'],
    [POSTGRES, 'pg', '7.18.2', 'pg-boss'],
    [POSTGRES, 'pg', '9.0.0', 'pg-boss'],
    [REDIS, 'bullmq', '4.18.3', 'ioredis'],
    [REDIS, 'bullmq', '5.65.1', 'ioredis'],
    [REDIS, 'bullmq', '7.0.0', 'ioredis'],
    [REDIS, 'ioredis', '4.28.5', 'bullmq'],
    [REDIS, 'ioredis', '7.0.0', 'bullmq'],
  ])('%s with %s %s is refused, with the version and the line to install', async (url, peer, version, other) => {
    const [name, code, message] = await opening(project({ ...real(other), [peer]: version }), url, format);
    expect([name, code]).toEqual(['InboxError', 'engine_unsupported']);
    expect(message).toContain(`${peer} ${version}`);
    expect(message).toMatch(/npm install (pg@8 pg-boss@12|bullmq@6 ioredis@5)/);
  });

  it('without the native binary of libsql, only SQLite fails', async () => {
    const home = project({}, true);
    const [name, code, message] = await opening(home, 'file:inbox.db', format);
    expect([name, code]).toEqual(['InboxError', 'engine_missing']);
    expect(message).toContain(`native binary for ${process.platform}-${process.arch}`);
    expect((await opening(home, POSTGRES, format))[2]).toContain('pg-boss');
  });
});

describe.skipIf(!isAvailable('redis'))('with BullMQ 5', () => {
  let server: Service | undefined;
  let open: typeof openInbox | undefined;
  beforeAll(async () => {
    server = await startRedis();
    const home = project({ ...real('ioredis'), bullmq: installed('bullmq-5') });
    ({ openInbox: open } = await import(join(home, 'node_modules/@videocloud/webhooks-inbox/dist/index.js')));
  });
  afterAll(() => server?.stop());

  const openWith5: typeof openInbox = (url, options) => {
    if (open === undefined) throw new Error('not loaded');
    return open(url, options);
  };

  it.each(['pause', 'resume'] as const)('lists each waiting record once, though %s() comes between', async (change) => {
    const inbox = await openWith5(server?.url ?? '', { name: `listed-${change}` });
    for (let number = 0; number < 6; number++) await inbox.accept({ rawBody: Buffer.from(`{"n":${number}}`) });
    if (change === 'resume') await inbox.pause();
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await inbox.list({ state: 'waiting', limit: 2, cursor });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await inbox[change]();
    } while (cursor !== undefined);
    await inbox.close();
    expect([ids.length, new Set(ids).size]).toEqual([6, 6]);
  });

  contract('Redis', () => server?.url ?? '', openWith5);
});
