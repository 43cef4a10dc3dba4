import { createReceiver } from '@videocloud/webhooks';
import { pagesWebhookHandler } from '@videocloud/webhooks/next';
import { makeReceiver } from '../../../behavior.js';
import { log } from '../../log.js';

export const config = { api: { bodyParser: false } };
export default pagesWebhookHandler(makeReceiver(createReceiver, '/api/webhooks', log));
