import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, memoryStore, type WebhookEvent } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import express, { type RequestHandler } from 'express';

export interface ExpressReceiver {
  readonly url: string;
  /** Holds the guide's own mistake: it verifies `JSON.stringify(req.body)`. */
  readonly guideUrl: string;
  readonly server: Server;
  /** What reached a handler. */
  readonly handled: WebhookEvent[];
  /** The secrets it holds now; a test may change them. */
  readonly secrets: string[];
  /** Answers in place of the receiver, until called with nothing. */
  answer(instead?: RequestHandler | undefined): void;
  close(): Promise<void>;
}

/** A real Express application with the toolkit's handler, on a free loopback port. */
export async function expressReceiver(secret: string): Promise<ExpressReceiver> {
  const secrets = [secret];
  const handled: WebhookEvent[] = [];
  let instead: RequestHandler | undefined;
  const receiver = createReceiver({ secrets: () => secrets, idempotency: memoryStore() });
  receiver.on('*', (event) => void handled.push(event));
  const guide = createReceiver({ secrets: () => secrets });

  const app = express();
  app.post(
    '/webhooks',
    (request, response, next) => (instead ?? pass)(request, response, next),
    webhookHandler(receiver),
  );
  app.post('/guide', express.json({ limit: '8mb' }), async (request, response) => {
    const signature = request.get('x-videocloud-signature') ?? null;
    const outcome = await guide.receive({ body: JSON.stringify(request.body), signature });
    response.status(outcome.status).json({ error: { code: outcome.status === 401 ? 'signature_mismatch' : 'other' } });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    guideUrl: `http://127.0.0.1:${port}/guide`,
    server,
    handled,
    secrets,
    answer(handler) {
      instead = handler;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const pass: RequestHandler = (_request, _response, next) => next();
