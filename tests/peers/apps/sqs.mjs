// Both Lambda functions: the real AWS client sends to a queue of this process, which calls the other function.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { SQS } from '@aws-sdk/client-sqs';
import { createReceiver } from '@videocloud/webhooks';
import { lambdaHandler, sqsHandler, sqsInbox } from '@videocloud/webhooks/lambda';
import { countingReceiver, listen, SECRET, urlOf } from './lib.mjs';

const read = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

export async function start() {
  const { receiver, handled } = countingReceiver();
  const handle = sqsHandler(receiver);
  const queue = createServer(async (request, response) => {
    const { MessageBody } = JSON.parse((await read(request)).toString('utf8'));
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    const { batchItemFailures } = await handle({ Records: [{ messageId: 'm1', body: MessageBody }] });
    response.writeHead(batchItemFailures.length === 0 ? 200 : 500, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ MessageId: 'm1', MD5OfMessageBody }));
  });
  await new Promise((resolve) => queue.listen(0, '127.0.0.1', () => resolve(undefined)));
  const endpoint = new URL(urlOf(queue)).origin;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQS({ endpoint, region: 'us-east-1', credentials });
  const QueueUrl = `${endpoint}/123456789012/events`;
  const inbox = sqsInbox((message) => sqs.sendMessage({ QueueUrl, ...message }));
  const accept = lambdaHandler(createReceiver({ secrets: SECRET, inbox }));
  const { url, stop } = await listen(async (request, response) => {
    const answer = await accept({
      requestContext: { http: { method: request.method } },
      headers: request.headers,
      body: (await read(request)).toString('base64'),
      isBase64Encoded: true,
    });
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  });
  return { url, handled, stop: () => Promise.all([stop(), queue.close(), sqs.destroy()]) };
}
