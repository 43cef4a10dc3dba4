// What every platform's snippet below serves.
import { createReceiver } from '@videocloud/webhooks';

export const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
}).on('video.*', () => undefined);
