import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { SECRET } from '../../../behavior.js';

export const runtime = 'edge';
export const POST = webhookHandler(createReceiver({ secrets: SECRET }));
