// What the inbox publishes to tracing channels, on every engine: messages, the carrier stored with a record, gauges.
import { createHash, randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { createReceiver } from '@videocloud/webhooks';
import {
  type AcceptTrace,
  CHANNELS,
  type HandlerTrace,
  openInboxes,
  type ProcessTrace,
  type TraceCarrier,
} from '@videocloud/webhooks/channels';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Inbox, type InboxOptions, openInbox } from '../src/index.js';
import { ENGINES } from './engines.js';
import { settled, until } from './waiting.js';

const SECRET = 'inbox-trace-secret';
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe.each(ENGINES)('the traces of the $name inbox', ({ name: engine, available, start }) => {
  let store: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    if (available()) store = await start();
  });
  afterAll(() => store?.stop());

  let url = '';
  beforeEach(() => {
    // A name does not keep two inboxes in one file apart.
    url = store?.url.replace(/inbox\.db$/, `${randomUUID()}.db`) ?? '';
  });
  const open: Inbox[] = [];
  const subscriptions: (() => void)[] = [];
  afterEach(async () => {
    for (const end of subscriptions.splice(0)) end();
    await Promise.all(open.splice(0).map((inbox) => inbox.close()));
  });

  async function opened(options: InboxOptions = {}): Promise<Inbox> {
    const named = { name: `t_${randomUUID().slice(0, 8)}`, pollInterval: 25, retryDelay: 20, onError: () => {} };
    const inbox = await openInbox(url, { ...named, ...options });
    open.push(inbox);
    return inbox;
  }

  function listen(name: string, listener: (message: unknown) => void): void {
    const subscribed = channel(name);
    subscribed.subscribe(listener);
    subscriptions.push(() => subscribed.unsubscribe(listener));
  }

  /** Clones of the contexts as they were at `message`; a context that cannot be cloned fails the test. */
  function collected<C>(name: string, message = 'asyncEnd'): C[] {
    const contexts: C[] = [];
    listen(`tracing:${name}:${message}`, (context) => contexts.push(structuredClone(context) as C));
    return contexts;
  }

  function setCarrier(carrier: unknown): void {
    listen(`tracing:${CHANNELS.inboxAccept}:start`, (context) => {
      (context as AcceptTrace).carrier = carrier as TraceCarrier;
    });
  }

  it.skipIf(!available())('publish the accept and the process of a record, with its carrier', async () => {
    const accepts = collected<AcceptTrace>(CHANNELS.inboxAccept);
    const processes = collected<ProcessTrace>(CHANNELS.inboxProcess);
    const handlers = collected<HandlerTrace>(CHANNELS.handler);
    const carrier = { traceparent: PARENT, tracestate: 'vendor=1' };
    setCarrier(carrier);
    const inboxName = `shared_${randomUUID().slice(0, 8)}`;
    const inbox = await opened({ name: inboxName });
    const worker = await opened({ name: inboxName });
    const receiver = createReceiver({ secrets: SECRET, inbox });
    const { body, signature } = await signedBody(fixture('video.processed'), SECRET);
    expect((await receiver.receive({ body, signature })).result).toBe('accepted');
    expect((await receiver.receive({ body, signature })).result).toBe('duplicate');
    const id = createHash('sha256').update(body).digest('hex');
    const accepted = {
      ...{ inbox: inboxName, engine: ENGINE_OF[engine], id, event: 'video.processed' },
      ...{ secretIndex: 0, bytes: body.length },
    };
    expect(accepts).toEqual([
      { ...accepted, carrier, result: 'accepted' },
      { ...accepted, carrier, result: 'duplicate' },
    ]);

    const handling = createReceiver({ secrets: SECRET, onError: () => {} });
    let runs = 0;
    handling.on('video.processed', () => {
      if (++runs === 1) throw new Error('not yet');
    });
    worker.process(handling);
    await settled(inbox, { handled: 1, waiting: 0, running: 0 });
    await until(() => processes.length === 2);
    const processed = { inbox: inboxName, engine: ENGINE_OF[engine], id, event: 'video.processed', carrier };
    expect(processes).toEqual([
      {
        ...processed,
        attempt: 1,
        result: 'failed',
        code: 'handler_failed',
        error: { code: 'handler_failed', name: 'Error', message: expect.stringContaining('not yet') },
      },
      { ...processed, attempt: 2, result: 'handled' },
    ]);
    expect(handlers).toMatchObject([
      { dispatched: true, carrier, attempt: 1, result: 'failed' },
      { dispatched: true, carrier, attempt: 2, result: 'processed', event: 'video.processed' },
    ]);
    for (const secret of [SECRET, signature, body, url, 'videoId']) {
      expect(JSON.stringify([accepts, processes, handlers])).not.toContain(secret);
    }
  });

  it.skipIf(!available())('publish the run of a plain function as a handler, its end at the time limit', async () => {
    const handlers = collected<HandlerTrace>(CHANNELS.handler);
    const processes = collected<ProcessTrace>(CHANNELS.inboxProcess);
    setCarrier({ traceparent: PARENT });
    const inbox = await opened({ lease: 1_000, maxAttempts: 1 });
    for (const text of ['good', 'bad', 'slow']) {
      await inbox.accept({ rawBody: Buffer.from(text), secretIndex: 3 });
    }
    let ran = false;
    listen(`tracing:${CHANNELS.handler}:start`, (context) => {
      (context as HandlerTrace).run = (work) => {
        ran = true;
        return work();
      };
    });
    inbox.process(
      ({ rawBody }) => {
        if (rawBody[0] === 98) throw Object.assign(new Error('no disk'), { code: 'ENOSPC' });
        if (rawBody[0] === 115) return new Promise(() => undefined);
      },
      { concurrency: 1 },
    );
    await settled(inbox, { handled: 1, dead: 2, running: 0, waiting: 0 });
    await until(() => processes.length === 3);
    const common = { event: null, attempt: 1, secretIndex: 3, dispatched: true, carrier: { traceparent: PARENT } };
    const found = handlers.map(({ deliveryKey: _, ...context }) => context);
    expect(found).toHaveLength(3);
    expect(found).toContainEqual({ ...common, result: 'processed' });
    expect(found).toContainEqual({
      ...common,
      result: 'failed',
      code: 'handler_failed',
      error: { code: 'ENOSPC', name: 'Error', message: 'no disk' },
    });
    expect(found).toContainEqual(expect.objectContaining({ ...common, result: 'failed', code: 'handler_timeout' }));
    expect(processes.map(({ code }) => code).sort()).toEqual(['handler_failed', 'handler_timeout', undefined]);
    expect(ran).toBe(true);
  });

  it.skipIf(!available()).each<[string, unknown, TraceCarrier | null]>([
    ['a long state', { traceparent: PARENT, tracestate: 'x'.repeat(513) }, { traceparent: PARENT }],
    [
      'a state at the limit',
      { traceparent: PARENT, tracestate: 'x'.repeat(512) },
      { traceparent: PARENT, tracestate: 'x'.repeat(512) },
    ],
    ['a long parent', { traceparent: `${PARENT}0`, tracestate: 'a=1' }, null],
    ['NUL', { traceparent: 'a\0b' }, null],
    ['a lone surrogate', { traceparent: PARENT, tracestate: '\ud800' }, { traceparent: PARENT }],
    ['members of its own', { traceparent: PARENT, body: 'secret' }, { traceparent: PARENT }],
    ['no text', { traceparent: 1 }, null],
    ['a text', 'traceparent', null],
    ['nothing', undefined, null],
    [
      'what cannot be read',
      {
        get traceparent() {
          throw new Error('no');
        },
      },
      null,
    ],
  ])('store a bounded carrier: %s', async (_, given, stored) => {
    const accepts = collected<AcceptTrace>(CHANNELS.inboxAccept);
    const processes = collected<ProcessTrace>(CHANNELS.inboxProcess);
    setCarrier(given);
    const inbox = await opened();
    const rawBody = Buffer.from(randomUUID());
    expect(await inbox.accept({ rawBody })).toEqual({ duplicate: false });
    inbox.process(() => undefined);
    await until(() => processes.length === 1);
    expect([accepts[0]?.carrier, processes[0]?.carrier]).toEqual([stored, stored]);
  });

  it.skipIf(!available())('keep the carrier of a dead letter that is tried again', async () => {
    const processes = collected<ProcessTrace>(CHANNELS.inboxProcess);
    setCarrier({ traceparent: PARENT });
    const inbox = await opened({ maxAttempts: 1 });
    await inbox.accept({ rawBody: Buffer.from(randomUUID()) });
    let broken = true;
    inbox.process(() => {
      if (broken) throw new Error('away');
    });
    await settled(inbox, { dead: 1, running: 0 });
    broken = false;
    expect(await inbox.retry(processes[0]?.id ?? '')).toBe(1);
    await settled(inbox, { dead: 0, handled: 1 });
    await until(() => processes.length === 2);
    expect(processes.map(({ carrier }) => carrier)).toEqual([{ traceparent: PARENT }, { traceparent: PARENT }]);
  });

  it.skipIf(!available())('need no subscriber, and one that comes later finds no carrier', async () => {
    const inbox = await opened();
    await inbox.accept({ rawBody: Buffer.from(randomUUID()) });
    const processes = collected<ProcessTrace>(CHANNELS.inboxProcess);
    const starts = collected<ProcessTrace>(CHANNELS.inboxProcess, 'start');
    inbox.process(() => undefined);
    await until(() => processes.length === 1);
    expect([starts[0]?.carrier, processes[0]?.carrier]).toEqual([null, null]);
  });

  it.skipIf(!available())('show the figures of every open inbox, under a name without a path or password', async () => {
    const before = new Set(openInboxes());
    const inbox = await opened({ name: 'gauged', maxAttempts: 1 });
    const [observed] = [...openInboxes()].filter((one) => !before.has(one));
    expect(observed?.name).toBe('gauged');
    const zero = { waiting: 0, retrying: 0, running: 0, handled: 0, dead: 0 };
    expect(await observed?.observe()).toEqual({ messages: zero, oldestMs: 0 });
    await inbox.accept({ rawBody: Buffer.from('1') });
    await until(async () => ((await observed?.observe())?.oldestMs ?? 0) > 0);
    expect((await observed?.observe())?.messages).toEqual({ ...zero, waiting: 1 });
    inbox.process(() => Promise.reject(new Error('down')));
    await settled(inbox, { dead: 1, running: 0 });
    expect(await observed?.observe()).toEqual({ messages: { ...zero, dead: 1 }, oldestMs: 0 });
    await inbox.close();
    expect([...openInboxes()].filter((one) => !before.has(one))).toEqual([]);
  });
});

const ENGINE_OF = { SQLite: 'sqlite', PostgreSQL: 'postgres', Redis: 'redis' } as const;
