import { verifyWebhook } from '@videocloud/webhooks/next';
import { seen, VERIFY } from '../../../behavior.js';

export const POST = verifyWebhook(VERIFY, (webhook) => Response.json(seen(webhook)));
