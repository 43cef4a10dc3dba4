import { verifyWebhook } from '@videocloud/webhooks/next';
import { seen, VERIFY } from '../../../behaviour.js';

export const POST = verifyWebhook(VERIFY, (webhook) => Response.json(seen(webhook)));
