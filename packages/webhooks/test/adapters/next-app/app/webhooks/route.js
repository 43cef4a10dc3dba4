import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { after } from 'next/server';
import { makeReceiver } from '../../../behavior.js';
import { log } from '../../log.js';

export const POST = webhookHandler(makeReceiver(createReceiver, '/webhooks', log), { waitUntil: after });
