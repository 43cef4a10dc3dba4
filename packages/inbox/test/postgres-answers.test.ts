// The server has committed, and the connection breaks before its answer arrives.
import type { Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startPostgres } from '../../../tests/support/services.js';
import { type InboxDeadLetter, openInbox } from '../src/index.js';
import { startTcpProxy } from './tcp-proxy.js';
import { settled, until } from './waiting.js';

describe.skipIf(!isAvailable('postgres'))('a lost answer to a commit', () => {
  let server: Service | undefined;
  let proxy: Awaited<ReturnType<typeof startTcpProxy>> | undefined;
  /** The answer to the next commit of a transaction that has read this key is lost. */
  let keyToLose: string | undefined;
  let lost = 0;

  beforeAll(async () => {
    server = await startPostgres();
    const port = Number(new URL(server.url).port);
    proxy = await startTcpProxy(() => port, join);
  });

  afterAll(async () => {
    await proxy?.close();
    await server?.stop();
  });

  function join(client: Socket, upstream: Socket): void {
    let [hasKey, losing] = [false, false];
    client.on('data', (chunk) => {
      if (hasKey && chunk.includes('COMMIT')) {
        losing = true;
        keyToLose = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (keyToLose !== undefined && chunk.includes(keyToLose)) hasKey = true;
      if (!losing) return client.write(chunk);
      lost++;
      client.destroy();
    });
  }

  /** The URL of the server behind the proxy. */
  function proxied(): string {
    const url = new URL(server?.url ?? '');
    url.port = String(proxy?.port);
    return url.href;
  }

  async function query(sql: string): Promise<void> {
    const client = new pg.Client(server?.url ?? '');
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  it('of a take: the delivery runs at once, and has lost no attempt', async () => {
    const front = await openInbox(server?.url ?? '', { name: 'taken' });
    const inbox = await openInbox(proxied(), { name: 'taken', maxAttempts: 1, onError: () => {} });
    await front.accept({ rawBody: Buffer.from('{}') });
    const attempts: number[] = [];
    keyToLose = (await front.list({ state: 'waiting' })).items[0]?.id;
    inbox.process((_, { attempt }) => void attempts.push(attempt));
    // The lease of a minute has not ended by then.
    await settled(front, { handled: 1, waiting: 0, running: 0, dead: 0 });
    expect([attempts, lost]).toEqual([[1], 1]);
    await Promise.all([front.close(), inbox.close()]);
  });

  it('of a round of maintenance: the dead letter is announced, once', async () => {
    lost = 0;
    const front = await openInbox(server?.url ?? '', { name: 'died' });
    await front.accept({ rawBody: Buffer.from('{"event":"video.deleted"}') });
    await query("UPDATE died.job SET state = 'active', started_on = now() - interval '1 hour'");
    const announced: InboxDeadLetter[] = [];
    const reported: string[] = [];
    const inbox = await openInbox(proxied(), {
      name: 'died',
      maxAttempts: 1,
      lease: 1_000,
      onError: (_, { during }) => reported.push(during),
      onDead: (record) => announced.push(record),
    });
    keyToLose = (await front.list({ state: 'running' })).items[0]?.id;
    inbox.process(() => expect.unreachable());
    await until(() => announced.length > 0);
    expect(lost).toBe(1);
    expect(reported).toContain('maintenance');
    expect(announced).toMatchObject([
      { reason: 'process_died', attempts: 1, rawBody: Buffer.from('{"event":"video.deleted"}') },
    ]);
    await Promise.all([front.close(), inbox.close()]);
    expect(announced).toHaveLength(1);
  });
});
