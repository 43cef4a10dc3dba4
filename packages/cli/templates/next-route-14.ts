import { webhookHandler } from '@videocloud/webhooks/next';
import { receiver } from './receiver.js';

export const POST = webhookHandler(receiver);
