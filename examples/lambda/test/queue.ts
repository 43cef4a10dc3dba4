// A small SQS: it takes SendMessage of the real client and hands messages to a consumer until that reports no failure, or
// until the redrive policy takes them away.
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SqsBatchAnswer, SqsEvent } from '@videocloud/webhooks/lambda';
import { answering } from '../../../tests/support/answering.js';

const MAX_MESSAGE_BYTES = 1_048_576;
const VISIBILITY_MS = 100;
const MAX_RECEIVE_COUNT = 3;

/** A function that throws keeps its message waiting, as what reads `waiting` finds. */
const lost = () => undefined;

export async function startQueue(consume: (event: SqsEvent) => Promise<SqsBatchAnswer>) {
  const waiting = new Set<string>();
  const deliver = async (messageId: string, body: string, count = 1): Promise<void> => {
    const attributes = { ApproximateReceiveCount: String(count) };
    const eventSourceARN = 'arn:aws:sqs:us-east-2:123456789012:events';
    const { batchItemFailures } = await consume({ Records: [{ messageId, body, attributes, eventSourceARN }] });
    if (batchItemFailures.length === 0 || count === MAX_RECEIVE_COUNT) waiting.delete(messageId);
    else setTimeout(() => deliver(messageId, body, count + 1).catch(lost), VISIBILITY_MS);
  };
  const server = createServer(
    answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { MessageBody } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { MessageBody: string };
      const tooLong = Buffer.byteLength(MessageBody) > MAX_MESSAGE_BYTES;
      const wrong = tooLong || MessageBody === '' || request.headers['x-amz-target'] !== 'AmazonSQS.SendMessage';
      const messageId = randomUUID();
      if (!wrong) waiting.add(messageId);
      const answer = wrong
        ? { __type: 'com.amazonaws.sqs#InvalidParameterValue', message: 'not a message' }
        : { MessageId: messageId, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
      response
        .writeHead(wrong ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify(answer));
      if (!wrong) deliver(messageId, MessageBody).catch(lost);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/123456789012/events`,
    /** How many messages are not handled yet. */
    waiting: () => waiting.size,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
