// One middleware of `bench:peers` in a process of its own: Express, as each provider's documentation puts it together.
import { middleware as line } from '@line/bot-sdk';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import express from 'express';
import { CONSTRUCT, SECRET } from './peers.js';

const name = process.argv[2];
const app = express();
const received = (_, response) => response.type('json').send('{"received":true}');

if (name === 'videocloud (ours)') {
  app.post('/', webhookHandler(createReceiver({ secrets: SECRET }).on('*', () => {})));
} else if (name === 'line') {
  app.post('/', line({ channelSecret: SECRET }), received);
} else {
  const construct = CONSTRUCT[name];
  app.post('/', express.raw({ type: 'application/json' }), async (request, response) => {
    try {
      await construct(request.body, request.headers);
    } catch {
      return response.status(400).type('json').send('{"error":"forged"}');
    }
    received(request, response);
  });
}

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system });
});
process.on('disconnect', () => process.exit());
