import { createReceiver } from '@videocloud/webhooks';
import { verifyWebhook, webhookHandler } from '@videocloud/webhooks/express';

import express = require('express');

const app = express();
app.post('/hooks', webhookHandler(createReceiver({ secrets: 'a' })));
app.post('/verified', verifyWebhook({ secrets: 'a' }), (request, response) => {
  response.send(request.webhook?.event.event);
});
