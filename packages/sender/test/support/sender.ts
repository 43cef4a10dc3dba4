import { onTestFinished } from 'vitest';
import { createSender, type Sender, type SenderOptions } from '../../src/index.js';
import { receiver as bareReceiver, type TestReceiver } from './receiver.js';
import { checkedFetch } from './spec.js';

export const SECRET = 'your_webhook_secret';
export const MINUTE = 60_000;

export interface Api {
  readonly sender: Sender;
  call(
    method: string,
    path: string,
    body?: unknown,
    init?: { headers?: Record<string, string>; raw?: string | Uint8Array | ReadableStream<Uint8Array> },
  ): Promise<{ status: number; json: Answer }>;
  create(url: string, events?: readonly string[], secret?: string): Promise<string>;
}

export type Answer = {
  success: boolean;
  data: Record<string, unknown> & { items: Record<string, unknown>[] };
  error: { code: string; message: string; details: { path: string; message: string }[] };
};

/** A sender that is closed with the test, every API exchange of which is held against openapi.yaml. */
export function start(options: SenderOptions = {}): Api {
  const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true, ...options });
  onTestFinished(() => sender.close());
  const fetch = checkedFetch(sender.fetch);
  const call: Api['call'] = async (method, path, body, init = {}) => {
    const response = await fetch(
      new Request(`http://videocloud.test${path}`, {
        method,
        headers: {
          ...(body === undefined && init.raw === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(init.raw !== undefined
          ? { body: init.raw, duplex: 'half' }
          : body === undefined
            ? {}
            : { body: JSON.stringify(body) }),
      } as RequestInit),
    );
    return { status: response.status, json: (await response.json()) as Answer };
  };
  return {
    sender,
    call,
    async create(url, events = ['video.published'], secret = SECRET) {
      const { status, json } = await call('POST', '/webhooks', { url, events, secret });
      if (status !== 201) throw new Error(`not created: ${JSON.stringify(json)}`);
      return String(json.data.id);
    },
  };
}

export async function receiver(...args: Parameters<typeof bareReceiver>): Promise<TestReceiver> {
  const made = await bareReceiver(...args);
  onTestFinished(() => made.close());
  return made;
}

let serial = 0;
export const published = () => ({ event: 'video.published', data: { videoId: `vid_${++serial}` } });
