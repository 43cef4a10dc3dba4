import { createReceiver } from '@videocloud/webhooks';
import { pagesWebhookHandler } from '@videocloud/webhooks/next';
import { makeReceiver } from '../../../behavior.js';
import { log } from '../../log.js';

// No `config`: Next.js parses the body in front of the handler.
export default pagesWebhookHandler(makeReceiver(createReceiver, '/api/parsed', log));
