import { createReceiver } from '@videocloud/webhooks';
import { pagesWebhookHandler } from '@videocloud/webhooks/next';
import { makeTolerantReceiver } from '../../../behavior.js';
import { log } from '../../log.js';

export const config = { api: { bodyParser: false } };
export default pagesWebhookHandler(makeTolerantReceiver(createReceiver, '/api/tolerant', log));
