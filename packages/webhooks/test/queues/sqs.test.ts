import { afterEach, describe, expect, it, vi } from 'vitest';
import { type SqsEvent, type SqsMessage, type SqsRecord, sqsHandler, sqsInbox } from '../../src/adapters/lambda.js';
import { createReceiver, memoryStore, type ReceiverOptions } from '../../src/index.js';
import { fixture, signedBody } from '../../src/testing/index.js';
import { fixtureBytes, fixtureJson, SECRET } from '../support.js';

const [standard, fifo] = ['sqs.json', 'sqs-fifo.json'].map((file) => {
  const [record] = (fixtureJson(`lambda/${file}`) as SqsEvent).Records;
  if (record === undefined) throw new Error(`${file} has no record`);
  return record;
}) as [SqsRecord, SqsRecord];

/** A record of the documentation, with another message in it. */
const record = (from: SqsRecord, messageId: string, body: string, group?: string, count = 1): SqsRecord => ({
  ...from,
  messageId,
  body,
  attributes: { ...from.attributes, ApproximateReceiveCount: String(count), ...(group && { MessageGroupId: group }) },
});
const event = (videoId: string) => JSON.stringify(fixture('video.deleted', { data: { videoId } }));
const failures = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

afterEach(() => void vi.restoreAllMocks());

function consumer() {
  const runs: string[] = [];
  const receiver = createReceiver({ secrets: SECRET, onError: () => undefined });
  receiver.on('video.deleted', async ({ data }, { attempt }) => {
    await new Promise((resolve) => setTimeout(resolve, data.videoId === 'slow' ? 20 : 0));
    runs.push(`${data.videoId} ${attempt}`);
    if (data.videoId === 'bad') throw new Error('no');
  });
  return { runs, handle: sqsHandler(receiver) };
}

describe('sqsHandler', () => {
  it('gives back what failed, and nothing else', async () => {
    const { runs, handle } = consumer();
    const ids = ['bad', 'good', 'bad', 'other'];
    const Records = ids.map((id, at) => record(standard, `m${at}`, event(id), 'fair', at + 1));
    expect(await handle({ Records })).toEqual(failures('m0', 'm2'));
    expect(runs.sort()).toEqual(['bad 1', 'bad 3', 'good 2', 'other 4']);
    expect(await handle({ Records: [] })).toEqual(failures());
  });

  it('keeps the order of a group in a FIFO queue, and gives the rest of it back after a failure', async () => {
    const { runs, handle } = consumer();
    const messages = [
      ['a', 'slow'],
      ['b', 'bad'],
      ['a', 'second'],
      ['b', 'never'],
      ['c', 'alone'],
      ['b', 'neither'],
    ] as const;
    const Records = messages.map(([group, id], at) => record(fifo, `m${at}`, event(id), group));
    expect(await handle({ Records })).toEqual(failures('m1', 'm3', 'm5'));
    expect(runs.filter((run) => /slow|second/.test(run))).toEqual(['slow 1', 'second 1']);
    expect(runs).toHaveLength(4);
  });

  it('takes a FIFO message without a group for one of a group of their own', async () => {
    const { handle } = consumer();
    const bare = { ...fifo, attributes: undefined };
    const Records = ['bad', 'never'].map((id) => ({ ...bare, messageId: id, body: event(id) }));
    expect(await handle({ Records })).toEqual(failures('bad', 'never'));
  });

  /** What a handler of the queue gives when each message takes longer than it may, and what had ended by then. */
  async function outOfTime(from: SqsRecord, options: Partial<ReceiverOptions>, slowly: string) {
    vi.useFakeTimers();
    try {
      const log: string[] = [];
      const end = (what: unknown) =>
        new Promise((resolve) => setTimeout(resolve, 1_300)).then(() => log.push(String(what)));
      const receiver = createReceiver({
        ...{ secrets: SECRET, handlerTimeout: 1_000, idempotency: memoryStore(), onError: () => undefined, ...options },
        ...(slowly === 'onDeadLetter' && { onDeadLetter: () => end('dead letter') }),
      }).on('video.deleted', ({ data }) => {
        if (slowly === 'onDeadLetter') throw new Error('no');
        return end(data.videoId);
      });
      const handle = sqsHandler(receiver);
      const Records = ['one', 'two'].map((id, at) => record(from, `m${at}`, event(id), 'group'));
      const answer = handle({ Records }).then((given) => [given, [...log]]);
      await vi.advanceTimersByTimeAsync(1_500);
      // A late success counts.
      const again = slowly === 'handler' ? handle({ Records: Records.slice(0, 1) }) : undefined;
      return { answer: await answer, again: await again, log };
    } finally {
      vi.useRealTimers();
    }
  }

  it('resolves when a handler that ran out of time has ended', async () => {
    const { answer, again, log } = await outOfTime(standard, {}, 'handler');
    expect(answer).toEqual([failures('m0', 'm1'), ['one', 'two']]);
    expect([again, log]).toEqual([failures(), ['one', 'two']]);
  });

  it('waits for one in a FIFO queue before it gives the rest of its group back', async () => {
    const { answer, again, log } = await outOfTime(fifo, {}, 'handler');
    expect(answer).toEqual([failures('m0', 'm1'), ['one']]);
    expect([again, log]).toEqual([failures(), ['one']]);
  });

  it('resolves when a dead letter that ran out of time has been taken', async () => {
    const { answer } = await outOfTime(standard, { maxAttempts: 1 }, 'onDeadLetter');
    expect(answer).toEqual([failures('m0', 'm1'), ['dead letter', 'dead letter']]);
  });

  it('gives back what is no event, and what another run holds, so that the queue keeps it', async () => {
    let end: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      end = resolve;
    });
    const receiver = createReceiver({ secrets: SECRET, idempotency: memoryStore(), onError: () => undefined });
    receiver.on('*', () => running);
    const handle = sqsHandler(receiver);
    const one = record(standard, 'm1', event('one'));
    const first = handle({ Records: [one] });
    const odd = ['Test message.', '{}', JSON.stringify({ ...fixture('video.processed'), data: { videoId: 7 } })];
    const others = odd.map((body, at) => record(standard, `m${at + 2}`, body));
    expect(await handle({ Records: [one, ...others] })).toEqual(failures('m1', 'm2', 'm3', 'm4'));
    end();
    expect(await first).toEqual(failures());
    expect(await handle({ Records: [one] })).toEqual(failures());
  });

  it('deletes a payload that onDeadLetter has taken: nobody gets it twice', async () => {
    const letters: string[] = [];
    const receiver = createReceiver({
      secrets: SECRET,
      idempotency: memoryStore(),
      onDeadLetter: ({ error }) => letters.push(error.code),
    });
    const handle = sqsHandler(receiver.on('*', () => expect.unreachable()));
    const odd = JSON.stringify({ ...fixture('video.processed'), data: { videoId: 7 } });
    expect(await handle({ Records: [record(standard, 'm1', odd)] })).toEqual(failures());
    expect(letters).toEqual(['payload_invalid']);
  });

  it('hands the environment on, and rejects what is no event of a queue', async () => {
    const seen: unknown[] = [];
    const receiver = createReceiver<{ stage: string }>({ secrets: SECRET }).on('*', (_, { env }) => seen.push(env));
    const handle = sqsHandler(receiver, { env: () => ({ stage: 'prod' }) });
    await handle({ Records: [record(standard, 'm1', event('one'))] });
    expect(seen).toEqual([{ stage: 'prod' }]);
    const notification = { EventSource: 'aws:sns', Sns: { Message: event('one') } };
    for (const wrong of [
      null,
      {},
      { httpMethod: 'POST', body: '' },
      { Records: [notification] },
      { Records: [null] },
    ]) {
      await expect(handle(wrong as never)).rejects.toThrow(/lambdaHandler/);
    }
    // @ts-expect-error `env` is missing
    sqsHandler(receiver);
    expect(() => sqsHandler({} as never)).toThrow(/made by createReceiver/);
  });
});

describe('sqsInbox', () => {
  const accepting = (send: Parameters<typeof sqsInbox>[0], onUnhandled?: () => void) =>
    createReceiver({ secrets: SECRET, inbox: sqsInbox(send), onUnhandled, onError: () => undefined });

  it('answers 200 once the queue has the message, and 503 when it does not take it', async () => {
    const sent: unknown[] = [];
    const { body, signature } = await signedBody(event('one'), SECRET);
    const queued = accepting(async (message, { event, key }) => sent.push([message, event?.event, key.length]));
    expect(await queued.receive({ body, signature })).toMatchObject({ result: 'accepted', status: 200 });
    expect(sent).toEqual([[{ MessageBody: event('one') }, 'video.deleted', 64]]);
    expect(await queued.receive({ body, signature: '0'.repeat(64) })).toMatchObject({ status: 401 });
    expect(sent).toHaveLength(1);
    const full = accepting(() => Promise.reject(new Error('Message too long')));
    expect(await full.receive({ body, signature })).toMatchObject({ status: 503 });
    expect(() => sqsInbox(undefined as never)).toThrow(/sendMessage/);
  });

  const control = `{"a":"${String.fromCharCode(0xfffe)}"}`;
  it.each([
    ['JSON as text', Buffer.from('{"a":"😀\\u0000 é\t\r\n"}'), /^\{/],
    ['a character that SQS takes no text with, in base64', Buffer.from(control), /^[\w+/]+=*$/],
    ['a raw control character', Buffer.from('{\u0001}'), /^[\w+/]+=*$/],
    ['text that is no object', Buffer.from('hello'), /^[\w+/]+=*$/],
    ['nothing, in a message that is not empty', Buffer.alloc(0), /^=$/],
    ['a byte order mark', fixtureBytes('bom.json'), /^[\w+/]+=*$/],
    ['bytes that are not UTF-8', fixtureBytes('invalid-utf8.json'), /^[\w+/]+=*$/],
    ['every byte', Uint8Array.from({ length: 256 }, (_, n) => n), /^[\w+/]+=*$/],
  ])('carries %s, byte for byte', async (_, body, form) => {
    const sent: SqsMessage[] = [];
    const { signature } = await signedBody(new Uint8Array(body), SECRET);
    await accepting(
      async (message) => sent.push(message),
      () => undefined,
    ).receive({ body: new Uint8Array(body), signature });
    const MessageBody = sent[0]?.MessageBody ?? 'none';
    expect(MessageBody).toMatch(form);
    const got: number[][] = [];
    const handling = createReceiver({ secrets: SECRET, onUnhandled: ({ rawBody }) => got.push([...rawBody]) });
    expect(await sqsHandler(handling)({ Records: [record(standard, 'm1', MessageBody)] })).toEqual(failures());
    expect(got).toEqual([[...body]]);
  });
});
