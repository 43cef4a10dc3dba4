import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import type { Sender } from '@videocloud/webhooks-sender';
import { Hono } from 'hono';
import type { AttemptView, DeliveryView } from '../../protocol.js';
import { fieldsOf, optionalText } from '../input.js';
import { notFound, Refusal } from '../refusals.js';
import { frameworkOf } from './answer.js';
import { findMistake } from './find-mistake.js';
import type { FormerSecrets } from './former-secrets.js';
import { why } from './why.js';

interface WhyParts {
  readonly sender: Sender;
  readonly former: FormerSecrets;
  readonly detailOf: (id: string) => DeliveryView;
  readonly json: (request: Request) => Promise<unknown>;
}

/** `/deliveries/:id/why` and `/deliveries/:id/find`. */
export function whyRoutes({ sender, former, detailOf, json }: WhyParts): Hono {
  const app = new Hono();
  let searching = false;

  app.post('/deliveries/:id/why', async (c) => {
    const detail = detailOf(c.req.param('id'));
    const fields = fieldsOf(await json(c.req.raw));
    return c.json(
      await why({
        detail,
        attempt: attemptOf(detail, fields.attempt),
        secret: sender.secretOf(detail.webhookId),
        former: former.of(detail.webhookId),
        framework: FRAMEWORKS.find((known) => known === fields.framework),
        theirSecret: optionalText(fields, 'secret'),
        theirBody: optionalText(fields, 'body'),
      }),
    );
  });

  app.post('/deliveries/:id/find', async (c) => {
    const detail = detailOf(c.req.param('id'));
    const { webhookId } = detail;
    const attempt = attemptOf(detail, fieldsOf(await json(c.req.raw)).attempt);
    const webhook = sender.webhooks().find(({ id }) => id === webhookId);
    const secret = sender.secretOf(webhookId);
    if (webhook === undefined || secret === undefined) throw new Refusal('webhook_gone', { values: { id: webhookId } });
    if (searching) throw new Refusal('searching');
    const { url } = webhook;
    // Of the same host: the endpoint could use the signature of another one's secret at that one.
    const hostOf = (address: string) => new URL(address).hostname;
    const others = sender.webhooks().flatMap((one) => {
      const mayKnow = one.id !== webhookId && hostOf(one.url) === hostOf(url);
      const other = mayKnow ? sender.secretOf(one.id) : undefined;
      return other === undefined ? [] : [{ id: one.id, secret: other }];
    });
    const framework = frameworkOf(attempt);
    searching = true;
    try {
      const known = { webhookId, secret, former: former.of(webhookId), others };
      return c.json(await findMistake({ sender, url, detail, attempt, framework, ...known }));
    } finally {
      searching = false;
    }
  });

  return app;
}

function attemptOf(detail: DeliveryView, number: unknown): AttemptView {
  const attempt = detail.attempts.find((one) => one.number === number) ?? detail.attempts.at(-1);
  if (attempt === undefined) throw notFound('no_delivery');
  return attempt;
}
