// The function behind the URL: a verified delivery goes into the queue and is answered 200.
import { SQS } from '@aws-sdk/client-sqs';
import { createReceiver } from '@videocloud/webhooks';
import { lambdaHandler, sqsInbox } from '@videocloud/webhooks/lambda';

const sqs = new SQS();

const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  inbox: sqsInbox((message) => sqs.sendMessage({ QueueUrl: process.env.QUEUE_URL, ...message })),
});

export const handler = lambdaHandler(receiver);
