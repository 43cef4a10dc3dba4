import { createSender, type Sender, type SenderOptions } from '@videocloud/webhooks-sender';
import { onTestFinished } from 'vitest';
import { createInspector, type Inspector, type InspectorOptions } from '../../src/index.js';
import { type ExpressReceiver, expressReceiver } from './express.js';

export const SECRET = 'inspector-S3cret/value+1';

export interface RunningInspector {
  readonly sender: Sender;
  readonly inspector: Inspector;
  readonly receiver: ExpressReceiver;
  /** Of the page. */
  readonly url: string;
  readonly apiUrl: string;
  /** Of the subscription to all events, when one was made. */
  readonly webhookId: string;
  subscribe(url: string, events?: readonly string[]): Promise<string>;
}

export interface InspectorSetup {
  readonly sender?: SenderOptions;
  readonly inspector?: Partial<InspectorOptions>;
}

export const ALL_EVENTS = [
  'video.uploaded',
  'video.processed',
  'video.published',
  'video.updated',
  'video.deleted',
  'user.created',
  'user.updated',
  'user.deleted',
  'engagement.view',
  'engagement.like',
  'engagement.comment',
  'system.error',
  'system.warning',
];

/** A sender, its inspector page, and a real Express receiver subscribed to everything; closed with the test. */
export async function startInspector(options: InspectorSetup = {}, port = 0): Promise<RunningInspector> {
  const receiver = await expressReceiver(SECRET);
  const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true, ...options.sender });
  const { url: apiUrl } = await sender.listen();
  const inspector = createInspector({ sender, apiUrl, ...options.inspector });
  const { url } = await inspector.listen(port);
  onTestFinished(async () => {
    await inspector.close();
    await sender.close();
    await receiver.close();
  });
  const subscribe = async (target: string, events = ALL_EVENTS) => {
    const response = await fetch(`${apiUrl}/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: target, events, secret: SECRET }),
    });
    const { data } = (await response.json()) as { data: { id: string } };
    return data.id;
  };
  return { sender, inspector, receiver, url, apiUrl, subscribe, webhookId: await subscribe(receiver.url) };
}
