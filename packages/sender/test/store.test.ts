import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSender, type SenderOptions } from '../src/index.js';
import { MINUTE, published, receiver, SECRET } from './support/sender.js';

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sender-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'videocloud.db');
}

async function register(sender: ReturnType<typeof createSender>, url: string): Promise<void> {
  const response = await sender.fetch(
    new Request('http://x/webhooks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url, events: ['video.published'], secret: SECRET }),
    }),
  );
  expect(response.status).toBe(201);
}

describe('the store', () => {
  it('goes on with the schedule after a restart, in whatever place', async () => {
    const target = await receiver(500);
    const options: SenderOptions = { database: file(), clock: 'virtual', allowPrivateAddresses: true };
    let sender = createSender(options);
    await register(sender, target.url);
    await sender.emit(published());
    await sender.idle();
    for (const [step, delay] of [1, 5, 15, 30, 60].entries()) {
      await sender.close();
      sender = createSender(options);
      await sender.advance(delay * MINUTE - 1);
      expect(target.hits).toHaveLength(step + 1);
      await sender.advance(1);
      expect(target.hits).toHaveLength(step + 2);
    }
    await sender.close();
    sender = createSender(options);
    expect(sender.webhooks()[0]).toMatchObject({ status: 'failed', lastDelivery: { success: false } });
    expect(sender.deliveries().items[0]).toMatchObject({ status: 'failed', retries: 5 });
    await sender.close();
    expect(new Set(target.hits.map(({ body }) => body.toString())).size).toBe(1);
  });

  it('says that a result could not be stored, and makes the attempt again, after longer pauses', async () => {
    const saidAt: number[] = [];
    const said = vi.spyOn(console, 'error').mockImplementation(() => void saidAt.push(performance.now()));
    onTestFinished(() => said.mockRestore());
    const database = file();
    const other = new Libsql(database);
    onTestFinished(() => void other.close());
    const held: (() => void)[] = [];
    const arrivedAt: number[] = [];
    const target = await receiver((_q, response) => {
      arrivedAt.push(performance.now());
      held.push(() => response.end());
    });
    const sender = createSender({ database, allowPrivateAddresses: true });
    onTestFinished(() => sender.close());
    await register(sender, target.url);
    await sender.emit(published());
    await expect.poll(() => held.length, { timeout: 30_000 }).toBe(1);
    other.exec('BEGIN IMMEDIATE');
    held[0]?.();
    await expect.poll(() => held.length, { timeout: 30_000 }).toBe(2);
    held[1]?.();
    await expect.poll(() => said.mock.calls.length, { timeout: 30_000 }).toBe(2);
    expect(said).toHaveBeenCalledWith('The VideoCloud sender:', expect.objectContaining({ code: 'SQLITE_BUSY' }));
    other.exec('ROLLBACK');
    await expect.poll(() => held.length, { timeout: 30_000 }).toBe(3);
    // A timer may end a millisecond early.
    expect((arrivedAt[2] ?? 0) - (saidAt[1] ?? 0)).toBeGreaterThan(1_990);
    held[2]?.();
    await sender.idle();
    expect(sender.deliveries().items[0]).toMatchObject({ status: 'success', retries: 0 });
  });

  it('settles what is asked of it while it closes', async () => {
    const sender = createSender({ database: file(), onError: () => undefined });
    let send = (_body: string) => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (text) => {
          controller.enqueue(Buffer.from(text));
          controller.close();
        };
      },
    });
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit;
    const asked = sender.fetch(new Request('http://x/webhooks', init));
    await sender.close();
    send(JSON.stringify({ url: 'https://example.com/', events: ['video.published'], secret: SECRET }));
    expect((await asked).status).toBe(500);
  });

  it('keeps to the real clock', async () => {
    const target = await receiver(() => (target.hits.length < 3 ? 500 : 200));
    const sender = createSender({ allowPrivateAddresses: true, schedule: [40, 80] });
    onTestFinished(() => sender.close());
    await register(sender, target.url);
    await sender.emit(published());
    await expect.poll(() => sender.deliveries().items[0]?.status, { timeout: 60_000 }).toBe('success');
    const attempts = sender.delivery(sender.deliveries().items[0]?.id ?? '')?.attempts ?? [];
    const times = attempts.map(({ startedAt }) => Date.parse(startedAt));
    expect(times).toHaveLength(3);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(40);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(80);
  });

  it('finishes the attempts under way before close resolves, and starts no other', async () => {
    const database = file();
    const target = await receiver((_q, response) => void setTimeout(() => response.writeHead(200).end(), 150));
    const sender = createSender({ database, allowPrivateAddresses: true, concurrencyPerEndpoint: 2 });
    await register(sender, target.url);
    await Promise.all(Array.from({ length: 6 }, () => sender.emit(published())));
    await expect.poll(() => target.hits.length).toBe(2);
    await Promise.all([sender.close(), sender.close()]);
    expect(target.hits).toHaveLength(2);
    await expect(sender.emit(published())).rejects.toThrow(/closed/);
    const again = createSender({ database, allowPrivateAddresses: true });
    onTestFinished(() => again.close());
    expect(again.deliveries({ status: 'success' }).items).toHaveLength(2);
    await again.idle();
    expect(target.hits).toHaveLength(6);
    expect(again.deliveries({ status: 'success' }).items).toHaveLength(6);
  });

  it('is for one sender at a time, and says so', async () => {
    const database = file();
    const sender = createSender({ database });
    expect(() => createSender({ database })).toThrow(/in use by another sender/);
    await sender.close();
    await createSender({ database }).close();
    expect(() => createSender({ database: join(database, 'nowhere', 'x.db') })).toThrow(/cannot be opened/);
  });

  it('counts its migrations, and refuses a database of the future', async () => {
    const database = file();
    await createSender({ database }).close();
    const raw = new Libsql(database);
    expect(raw.prepare('PRAGMA user_version').get([])).toMatchObject({ user_version: 2 });
    expect(raw.prepare('PRAGMA journal_mode').get([])).toMatchObject({ journal_mode: 'wal' });
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    expect(() => createSender({ database })).toThrow(/version 99.*update/);
  });

  it('wipes the secret of a deleted webhook', async () => {
    const database = file();
    const sender = createSender({ database });
    await register(sender, 'https://a.example/');
    await sender.fetch(new Request(`http://x/webhooks/${sender.webhooks()[0]?.id}`, { method: 'DELETE' }));
    await sender.close();
    const raw = new Libsql(database);
    expect(raw.prepare('SELECT length(secret) AS n FROM webhooks').get([])).toMatchObject({ n: 0 });
    raw.close();
  });
});
