// What traces show of an inbox in a file: its errors and its name.
import { channel } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CHANNELS, openInboxes } from '@videocloud/webhooks/channels';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { InboxError, openInbox } from '../src/index.js';

it('says why nothing was stored, and hands on the error as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-traced-'));
  const inbox = await openInbox(`file:${join(folder, 'inbox.db')}`, { busyTimeout: 50 });
  const other = new Database(join(folder, 'inbox.db'));
  other.exec('BEGIN IMMEDIATE');
  const traced: unknown[] = [];
  const listener = (context: unknown) => traced.push(structuredClone(context));
  channel(`tracing:${CHANNELS.inboxAccept}:error`).subscribe(listener);
  const error = await inbox.accept({ rawBody: Buffer.from('x') }).catch((reason: unknown) => reason);
  channel(`tracing:${CHANNELS.inboxAccept}:error`).unsubscribe(listener);
  expect(error).toBeInstanceOf(InboxError);
  const { message } = error as InboxError;
  expect(traced).toMatchObject([
    { inbox: 'inbox.db', result: 'failed', error: { code: 'unavailable', name: 'InboxError', message } },
  ]);
  other.exec('ROLLBACK');
  other.close();
  await inbox.close();
  rmSync(folder, { recursive: true });
});

describe('the name of an inbox in traces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-named-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    [`file:${folder}/../${basename(folder)}/%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7.db`, 'заказ.db'],
    [':memory:', ':memory:'],
  ])('is the base name of the file: %s', async (url, name) => {
    const before = new Set(openInboxes());
    const inbox = await openInbox(url);
    expect([...openInboxes()].filter((one) => !before.has(one)).map((one) => one.name)).toEqual([name]);
    await inbox.close();
  });
});
