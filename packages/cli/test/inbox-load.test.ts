// Where `inbox …` finds the packages of an engine, and what it shows while it works.
import { existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { openInbox } from '@videocloud/webhooks-inbox';
import { describe, expect, it } from 'vitest';
import { openInboxFrom } from '../src/commands/inbox/load-inbox.js';
import { withProgress } from '../src/commands/inbox/progress.js';

const PACKAGES = new URL('../..', import.meta.url).pathname;
const URL_OF_NOTHING = 'postgres://user:hunter2@127.0.0.1:1/db';

/** A folder with the built inbox beside the packages of PostgreSQL, or without any. */
function project(filled: boolean): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'cli-inbox-')));
  if (!filled) return home;
  mkdirSync(join(home, 'node_modules/@videocloud'), { recursive: true });
  symlinkSync(join(PACKAGES, 'inbox'), join(home, 'node_modules/@videocloud/webhooks-inbox'));
  expect(existsSync(join(home, 'node_modules/@videocloud/webhooks-inbox/dist'))).toBe(true);
  return home;
}

/** The package of a CLI that was installed without the packages of any server. */
const bare = async () => ({
  openInbox: () => {
    const error = new Error("A 'postgres:' inbox needs packages that are not installed: npm install pg@8 pg-boss@12");
    return Promise.reject(Object.assign(error, { name: 'InboxError', code: 'engine_missing' }));
  },
});

describe('the packages of an engine', () => {
  it('are those of the current folder where the CLI has none of its own', async () => {
    // Found: it gets as far as the server, which is not there.
    const opened = openInboxFrom(project(true), URL_OF_NOTHING, { create: false }, bare);
    await expect(opened).rejects.toMatchObject({ name: 'InboxError', code: 'open_failed' });
  });

  it('in neither place: the error says where it looked, and what to install', async () => {
    const home = project(false);
    const opened = openInboxFrom(home, URL_OF_NOTHING, { create: false }, bare);
    const error: unknown = await opened.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 2 });
    const message = String(error);
    expect(message).toContain(`in this folder (${home})`);
    expect(message).toContain('packages/cli');
    expect(message).toMatch(/: npm install @videocloud\/webhooks-inbox pg@8 pg-boss@12$/);
    expect(message).not.toContain('hunter2');
  });

  it('are its own where it has them', async () => {
    const inbox = await openInboxFrom(project(false), ':memory:', {}, async () => ({ openInbox }));
    await inbox.close();
  });
});

describe('the progress of a long change', () => {
  const shown = (isTTY: boolean) => {
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
    let text = '';
    stderr.on('data', (piece: string) => (text += piece));
    return { stderr, said: () => text };
  };
  const stats = (dead: number) => ({ stats: async () => ({ dead }) }) as Parameters<typeof withProgress>[1];

  it('is a line on a terminal that is gone at the end', async () => {
    const { stderr, said } = shown(true);
    const work = () =>
      expect
        .poll(said, { timeout: 30_000 })
        .toContain('7 dead letters left')
        .then(() => 'done');
    expect(await withProgress({ stderr }, stats(7), work)).toBe('done');
    expect(said().endsWith('\r\u001b[K')).toBe(true);
  });

  it('is nothing in a pipe, and a failure of the work comes through', async () => {
    const { stderr, said } = shown(false);
    await expect(withProgress({ stderr }, stats(7), () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(said()).toBe('');
  });
});
