import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { makeTolerantReceiver } from '../../../behavior.js';
import { log } from '../../log.js';

export const POST = webhookHandler(makeTolerantReceiver(createReceiver, '/tolerant', log));
