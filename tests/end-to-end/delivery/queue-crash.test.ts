// SIGKILL a consumer of an SQS queue in its handler: the queue delivers the message again after its visibility timeout.
import type { SqsEvent } from '@videocloud/webhooks/lambda';
import { fixture } from '@videocloud/webhooks/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram } from '../../support/processes.js';
import { isAvailable, type Service, startRedis } from '../../support/services.js';

const CONSUMER = new URL('./queue-consumer.js', import.meta.url);
const SECRET = 'secret of the queue test';
const FAILED = '{"batchItemFailures":[{"itemIdentifier":"m1"}]}';
const DONE = '{"batchItemFailures":[]}';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const eventOf = (count: number): SqsEvent => ({
  Records: [
    {
      messageId: 'm1',
      body: JSON.stringify(fixture('video.deleted')),
      attributes: { ApproximateReceiveCount: String(count) },
      eventSourceARN: 'arn:aws:sqs:us-east-2:123456789012:events',
    },
  ],
});

describe.skipIf(!isAvailable('redis'))('a consumer of a queue', () => {
  let redis: Service;
  let journal: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    journal = new Redis(redis.url);
  });
  afterAll(async () => {
    await journal?.quit();
    await redis?.stop();
  });

  it('killed in the handler is run again, once, and not after that', { timeout: 180_000 }, async () => {
    const invoke = (count: number, ready: RegExp, more = {}) =>
      startProgram(CONSUMER, { STORE_URL: redis.url, SECRET, EVENT: JSON.stringify(eventOf(count)), ...more }, ready);
    const killed = await invoke(1, /invoked/, { HANG: 'yes' });
    while ((await journal.llen('notes')) === 0) await sleep(5);
    await killed.kill();

    const answers: string[] = [];
    while (answers.at(-1) !== DONE) {
      const program = await invoke(answers.length + 2, /answered (.+)/);
      answers.push(program.found[1] ?? '');
      await program.ended;
    }
    // While the dead process's claim is in force the message is given back, not run and not lost.
    expect(new Set(answers.slice(0, -1))).toEqual(new Set(answers.length > 1 ? [FAILED] : []));
    const count = answers.length + 1;
    expect(await journal.lrange('notes', 0, -1)).toEqual(['start 1', `start ${count}`, `end ${count}`]);

    const again = await invoke(count + 1, /answered (.+)/);
    await again.ended;
    expect(again.found[1]).toBe(DONE);
    expect(await journal.llen('notes')).toBe(3);
  });
});
