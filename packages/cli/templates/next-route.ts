import { webhookHandler } from '@videocloud/webhooks/next';
import { after } from 'next/server';
import { receiver } from './receiver.js';

export const POST = webhookHandler(receiver, { waitUntil: after });
