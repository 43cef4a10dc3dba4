import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { makeReceiver } from '../../../../behavior.js';
import { log } from '../../../log.js';

const handler = webhookHandler(makeReceiver(createReceiver, '/parsed', log));

export async function POST(request, { params }) {
  await request[(await params).how]();
  return handler(request);
}
