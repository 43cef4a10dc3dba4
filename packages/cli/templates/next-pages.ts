import { pagesWebhookHandler } from '@videocloud/webhooks/next';
import { receiver } from './receiver.js';

export const config = { api: { bodyParser: false } };
export default pagesWebhookHandler(receiver);
