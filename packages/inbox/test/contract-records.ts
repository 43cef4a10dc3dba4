// The operator's part of the contract: list, get, retry, discard, pause, resume and the figures.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixture } from '@videocloud/webhooks/testing';
import { describe, expect, it } from 'vitest';
import type { Inbox, InboxListOptions, InboxOptions, InboxRecordInfo } from '../src/index.js';
import { settled, until } from './waiting.js';

const EVENTS = ['video.uploaded', 'video.deleted', null] as const;

/** To be called inside the describe of an engine; `opened` gives an inbox on the same empty store, closed by the caller. */
export function recordsContract(opened: (options?: InboxOptions) => Promise<Inbox>): void {
  describe('records', () => {
    it('lists dead letters by event, error and time, the last settled first', async () => {
      const inbox = await withDeadLetters(12);
      const all = await listAll(inbox, { state: 'dead' });
      expect(all.length).toBe(12);
      const times = all.map(({ settledAt }) => settledAt ?? 0);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      const uploaded = all.filter(({ event }) => event === 'video.uploaded');
      expect(uploaded.length).toBe(4);
      expect(await listAll(inbox, { state: 'dead', event: 'video.uploaded' })).toEqual(uploaded);
      expect(await listAll(inbox, { state: 'dead', event: null, limit: 3 })).toEqual(
        all.filter(({ event }) => event === null),
      );
      expect(await listAll(inbox, { state: 'dead', event: 'video.processed' })).toEqual([]);
      expect((await listAll(inbox, { state: 'dead', error: 'table 7 ' })).map(({ error }) => error)).toEqual([
        'Error no table 7 here',
      ]);
      const middle = times[6] ?? 0;
      expect(await listAll(inbox, { state: 'dead', since: middle, limit: 2 })).toEqual(
        all.filter(({ settledAt }) => (settledAt ?? 0) >= middle),
      );
      expect(await listAll(inbox, { state: 'dead', until: middle, event: 'video.deleted' })).toEqual(
        all.filter(({ settledAt, event }) => (settledAt ?? 0) < middle && event === 'video.deleted'),
      );
      expect(all[0]).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        state: 'dead',
        event: all[0]?.event,
        size: expect.any(Number),
        secretIndex: 3,
        attempts: 1,
        reason: 'handler_failed',
        error: expect.stringMatching(/^Error no table \d+ here$/),
        acceptedAt: expect.any(Number),
        dueAt: null,
        settledAt: expect.any(Number),
      });
    });

    it('pages with a cursor that records which come and go do not shift', async () => {
      const inbox = await withDeadLetters(25);
      const all = (await listAll(inbox, { state: 'dead' })).map(({ id }) => id);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await inbox.list({ state: 'dead', limit: 5, cursor });
        expect(page.items.length).toBe(5);
        seen.push(...page.items.map(({ id }) => id));
        // The record that the cursor names, and one behind it.
        expect(await inbox.discard(seen.at(-1) ?? '')).toBe(1);
        expect(await inbox.discard(all[seen.length + 1] ?? '')).toBe(seen.length < 24 ? 1 : 0);
        all.splice(seen.length + 1, 1);
        cursor = page.nextCursor;
      } while (cursor !== undefined && seen.length < 20);
      expect(seen).toEqual(all.slice(0, 20));
    });

    it('lists and gets a record in each state', async () => {
      const inbox = await opened({ retryDelay: 60_000 });
      const bodies = Object.fromEntries(['waits', 'fails', 'runs', 'done'].map((name) => [name, Buffer.from(name)]));
      const id = (name: string) => sha256(bodies[name] ?? '');
      let release = () => {};
      for (const name of ['fails', 'runs', 'done']) await inbox.accept({ rawBody: bodies[name] ?? Buffer.of() });
      const processing = inbox.process(({ rawBody }) => {
        if (String(rawBody) === 'fails') throw new Error('not yet');
        if (String(rawBody) === 'runs') return new Promise<void>((resolve) => (release = resolve));
      });
      await settled(inbox, { running: 1, handled: 1, retrying: 1 });
      await inbox.pause();
      await inbox.accept({ rawBody: bodies.waits ?? Buffer.of() });
      await settled(inbox, { waiting: 2, running: 1, handled: 1, retrying: 1, paused: true });
      const states = { waits: 'waiting', fails: 'retrying', runs: 'running', done: 'handled' } as const;
      for (const [name, state] of Object.entries(states)) {
        const info = { id: id(name), state, event: null, size: name.length, secretIndex: -1 };
        expect(await inbox.get(id(name))).toMatchObject({ ...info, rawBody: bodies[name] });
        expect(Buffer.isBuffer((await inbox.get(id(name)))?.rawBody)).toBe(true);
        const listed = await listAll(inbox, { state: states[name as keyof typeof states], limit: 1 });
        expect(listed.map((item) => item.id)).toContain(id(name));
      }
      expect((await listAll(inbox, { state: 'waiting' })).map((item) => item.id).sort()).toEqual(
        [id('waits'), id('fails')].sort(),
      );
      expect((await listAll(inbox, { limit: 1 })).map((item) => item.id).sort()).toEqual(
        Object.keys(states).map(id).sort(),
      );
      const retrying = await inbox.get(id('fails'));
      expect(retrying).toMatchObject({ attempts: 1, reason: null, error: 'Error not yet', settledAt: null });
      expect(retrying?.dueAt).toBeGreaterThan(retrying?.acceptedAt ?? Number.NaN);
      expect(await inbox.get(id('done'))).toMatchObject({ attempts: 1, error: null, settledAt: expect.any(Number) });
      expect(await inbox.get(id('runs'))).toMatchObject({ attempts: 1, dueAt: null, settledAt: null });
      expect(await inbox.get('nothing has this id')).toBe(null);
      release();
      await processing.stop();
    });

    it('refuses a cursor that is not from a page of this state, a filter it does not have, and a state it cannot change', async () => {
      const inbox = await withDeadLetters(3);
      const { nextCursor = '' } = await inbox.list({ state: 'dead', limit: 1 });
      const invalid = { name: 'InboxError', code: 'cursor_invalid', message: expect.stringContaining('nextCursor') };
      const garbage = [
        '',
        'x',
        'W10',
        'bnVsbA',
        nextCursor.slice(0, -8),
        `${nextCursor}=`.repeat(9),
        'x'.repeat(10_000),
      ];
      for (const cursor of garbage) {
        await expect(inbox.list({ state: 'dead', cursor })).rejects.toMatchObject(invalid);
      }
      await expect(inbox.list({ state: 'handled', cursor: nextCursor })).rejects.toMatchObject(invalid);
      await expect(inbox.list({ cursor: 7 as never })).rejects.toMatchObject(invalid);
      await expect(inbox.discard({ evnt: 'video.deleted' } as never)).rejects.toThrow(/no member 'evnt'.*event/);
      await expect(inbox.retry({ state: 'dead', limit: 3 } as never)).rejects.toThrow(/no member 'limit'/);
      await expect(inbox.retry({ state: 'handled' })).rejects.toThrow(/dead, retrying/);
      await expect(inbox.discard({ state: 'running' })).rejects.toThrow(/dead, retrying, waiting/);
      await expect(inbox.list({ since: new Date() as never })).rejects.toThrow(/since in milliseconds/);
      await expect(inbox.list({ error: '' })).rejects.toThrow(/error/);
      await expect(inbox.list({ limit: 0 })).rejects.toThrow(/limit/);
      await expect(inbox.retry({}, { perSecond: 0 })).rejects.toThrow(/perSecond/);
      await expect(inbox.retry({}, { persecond: 5 } as never)).rejects.toThrow(/no option 'persecond'.*perSecond/);
      for (const which of [undefined, null, 7, [], new Date(), new Map(), inbox.list({ state: 'dead' })]) {
        await expect(inbox.retry(which as never)).rejects.toThrow(TypeError);
        await expect(inbox.discard(which as never)).rejects.toThrow(TypeError);
      }
      expect(await inbox.stats()).toMatchObject({ dead: 3 });
    });

    it('finds nothing, and fails for nothing, at values that no record has', async () => {
      const inbox = await opened();
      const cursor = (state: string, at: number) =>
        Buffer.from(JSON.stringify([1, state, at, '0'])).toString('base64url');
      for (const state of ['dead', 'handled', 'waiting', 'running'] as const) {
        for (const far of [1e300, -1e300, 1e17, -1e17, 8.64e15]) {
          expect(await inbox.list({ state, since: far, until: -far })).toEqual({ items: [] });
          expect(await inbox.list({ state, cursor: cursor(state, far) })).toEqual({ items: [] });
        }
        for (const text of ['a\0b', '\ud800', 'x'.repeat(100_000)]) {
          expect(await inbox.list({ state, event: text })).toEqual({ items: [] });
          expect(await inbox.list({ state, error: text })).toEqual({ items: [] });
        }
      }
    });

    it('finds an event by its own name, however the name is stored', async () => {
      const inbox = await opened({ maxAttempts: 1 });
      const names = ['a\0b', 'x'.repeat(1_000)];
      for (const name of names) {
        const event = { event: name, timestamp: '2024-03-31T12:00:00Z', data: {} };
        await inbox.accept({ event: event as never, rawBody: Buffer.from(JSON.stringify(event)) });
      }
      inbox.process(() => {
        throw new Error('broken by \0');
      });
      await settled(inbox, { dead: 2 });
      for (const event of names) expect((await inbox.list({ state: 'dead', event })).items).toHaveLength(1);
      expect((await inbox.list({ state: 'dead', error: 'by \0' })).items).toHaveLength(2);
    });

    it('retries what a filter matches from the first attempt, each record once a call', async () => {
      const inbox = await withDeadLetters(12);
      const attempts: string[] = [];
      const processing = inbox.process(({ event }, { attempt }) => {
        attempts.push(`${event?.event} ${attempt}`);
        if (event?.event === 'video.deleted') throw new Error('still broken');
      });
      expect(await inbox.retry({ event: 'video.uploaded', error: 'no table' })).toBe(4);
      await settled(inbox, { dead: 8, handled: 4, waiting: 0, running: 0 });
      // They fail again at once, while the call works: one by one.
      expect(await inbox.retry({ event: 'video.deleted' }, { perSecond: 40 })).toBe(4);
      await settled(inbox, { dead: 8, handled: 4, waiting: 0, running: 0 });
      expect(attempts.sort()).toEqual([...Array(4).fill('video.deleted 1'), ...Array(4).fill('video.uploaded 1')]);
      expect(await listAll(inbox, { event: 'video.uploaded', state: 'dead' })).toEqual([]);
      expect((await listAll(inbox, { event: 'video.deleted', state: 'dead' })).length).toBe(4);
      expect(await inbox.retry({})).toBe(8);
      await settled(inbox, { dead: 4, handled: 8, waiting: 0, running: 0 });
      await processing.stop();
    });

    it('paces a bulk retry', async () => {
      const inbox = await withDeadLetters(40);
      const began = performance.now();
      expect(await inbox.retry({}, { perSecond: 100 })).toBe(40);
      // The last tenth of a second's worth need not be waited for.
      expect(performance.now() - began).toBeGreaterThanOrEqual(280);
      expect(await inbox.stats()).toMatchObject({ dead: 0, waiting: 40 });
    });

    it('leaves a running record to its handler, and makes a retrying one due with the attempts it has left', async () => {
      const inbox = await opened({ retryDelay: 600_000, maxAttempts: 3 });
      const rawBody = Buffer.from('{"n":1}');
      await inbox.accept({ rawBody });
      const attempts: number[] = [];
      let release = () => {};
      inbox.process(async (_, { attempt }) => {
        attempts.push(attempt);
        await new Promise<void>((resolve) => (release = resolve));
        if (attempt < 3) throw new Error('no');
      });
      for (const attempt of [1, 2]) {
        await until(() => attempts.length === attempt);
        expect(await inbox.retry(sha256(rawBody))).toBe(0);
        expect(await inbox.discard(sha256(rawBody))).toBe(0);
        release();
        await settled(inbox, { retrying: 1, running: 0 });
        expect(await inbox.retry(attempt === 1 ? sha256(rawBody) : { state: 'retrying' })).toBe(1);
      }
      await until(() => attempts.length === 3);
      release();
      await settled(inbox, { handled: 1, waiting: 0, running: 0 });
      expect(attempts).toEqual([1, 2, 3]);
      expect(await inbox.retry(sha256(rawBody))).toBe(0);
      expect(await inbox.discard(sha256(rawBody))).toBe(0);
      expect(await inbox.accept({ rawBody })).toEqual({ duplicate: true });
    });

    it('discards dead letters and what waits; a later copy is a new delivery', async () => {
      const inbox = await withDeadLetters(6);
      const [first] = (await inbox.list({ state: 'dead' })).items;
      const { rawBody = Buffer.of() } = (await inbox.get(first?.id ?? '')) ?? {};
      expect(await inbox.discard(first?.id ?? '')).toBe(1);
      expect(await inbox.get(first?.id ?? '')).toBe(null);
      expect(await inbox.discard(first?.id ?? '')).toBe(0);
      expect(await inbox.discard({ event: first?.event })).toBe(1);
      expect(await inbox.discard({})).toBe(4);
      expect(await inbox.accept({ rawBody })).toEqual({ duplicate: false });
      await inbox.accept({ rawBody: Buffer.from('another') });
      expect(await inbox.stats()).toMatchObject({ waiting: 2, dead: 0 });
      expect(await inbox.discard({ state: 'waiting', event: null })).toBe(first?.event === null ? 2 : 1);
      expect(await inbox.discard({ state: 'waiting' })).toBe(first?.event === null ? 0 : 1);
      let runs = 0;
      inbox.process(() => void runs++);
      await inbox.accept({ rawBody: Buffer.from('a third') });
      await settled(inbox, { handled: 1, waiting: 0, dead: 0 });
      expect(runs).toBe(1);
    });

    it('pauses all processes, over restarts, until it is resumed', async () => {
      const [first, second] = await Promise.all([opened(), opened()]);
      const seen: string[] = [];
      for (const inbox of [first, second]) inbox.process(({ rawBody }) => void seen.push(String(rawBody)));
      await first.pause();
      await first.pause();
      // What the other process took before it could know.
      await sleep(500);
      for (const text of ['a', 'b', 'c']) await second.accept({ rawBody: Buffer.from(text) });
      await first.close();
      const third = await opened();
      third.process(({ rawBody }) => void seen.push(String(rawBody)));
      await sleep(300);
      expect(await third.stats()).toMatchObject({ waiting: 3, running: 0, handled: 0, paused: true });
      expect((await listAll(third, { state: 'waiting', limit: 2 })).length).toBe(3);
      expect(seen).toEqual([]);
      await third.resume();
      await settled(second, { waiting: 0, handled: 3, paused: false });
      expect(seen.sort()).toEqual(['a', 'b', 'c']);
      await second.resume();
    });

    it('counts what happened in the last minute', async () => {
      const inbox = await opened({ maxAttempts: 1 });
      for (const text of ['good', 'fine', 'bad', 'good']) await inbox.accept({ rawBody: Buffer.from(text) });
      inbox.process(({ rawBody }) => {
        if (String(rawBody) === 'bad') throw new Error('no');
      });
      await settled(inbox, { handled: 2, dead: 1, waiting: 0, running: 0 });
      await until(async () => (await inbox.stats()).lastMinute.accepted === 3);
      expect((await inbox.stats()).lastMinute).toEqual({ accepted: 3, handled: 2, dead: 1 });
    });
  });

  /** An inbox with dead letters of each of the events, with an error of its own each. */
  async function withDeadLetters(count: number): Promise<Inbox> {
    const inbox = await opened({ maxAttempts: 1 });
    for (let n = 0; n < count; n++) {
      const name = EVENTS[n % EVENTS.length];
      const rawBody = Buffer.from(name == null ? `not an event ${n}` : JSON.stringify({ ...fixture(name), n }));
      await inbox.accept({ rawBody, secretIndex: 3 });
    }
    let failed = 0;
    const processing = inbox.process(
      () => {
        throw new Error(`no table ${failed++} here`);
      },
      { concurrency: 2 },
    );
    await settled(inbox, { dead: count, waiting: 0, running: 0 });
    await processing.stop();
    return inbox;
  }
}

/** Every record of a list, page by page. */
async function listAll(inbox: Inbox, options: InboxListOptions): Promise<InboxRecordInfo[]> {
  const items: InboxRecordInfo[] = [];
  let cursor: string | undefined;
  do {
    const page = await inbox.list({ ...options, cursor });
    expect(page.items.length).toBeLessThanOrEqual(options.limit ?? 50);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
