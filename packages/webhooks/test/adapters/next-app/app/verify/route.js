import { verifyWebhook } from '@videocloud/webhooks/next';
import { makeVerify, seen } from '../../../behavior.js';
import { log } from '../../log.js';

export const POST = verifyWebhook(makeVerify('/verify', log), (webhook) => Response.json(seen(webhook)));
