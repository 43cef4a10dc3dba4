import type { Sender } from '@videocloud/webhooks-sender';
import { Hono } from 'hono';
import { REPORT_FORMATS, type ReportFormat } from '../protocol.js';
import type { Conformance } from './conformance.js';
import { fieldsOf, text } from './input.js';
import { notFound, Refusal } from './refusals.js';

interface ConformanceParts {
  readonly sender: Sender;
  readonly conformance: Conformance | undefined;
  readonly json: (request: Request) => Promise<unknown>;
}

const FILES: Readonly<Record<ReportFormat, readonly [extension: string, type: string]>> = {
  html: ['html', 'text/html; charset=utf-8'],
  junit: ['xml', 'application/xml'],
  markdown: ['md', 'text/markdown; charset=utf-8'],
};

/** `/conformance`: starts and stops the kit, and gives its last report as a file. */
export function conformanceRoutes({ sender, conformance, json }: ConformanceParts): Hono {
  const app = new Hono();

  app.post('/conformance', async (c) => {
    if (conformance === undefined) throw notFound('no_kit');
    const webhookId = text(fieldsOf(await json(c.req.raw)), 'webhookId');
    const webhook = sender.webhooks().find(({ id }) => id === webhookId);
    const secret = sender.secretOf(webhookId);
    if (webhook === undefined || secret === undefined) throw notFound('no_webhook');
    return c.json({ started: conformance.start(webhookId, webhook.url, secret) });
  });

  app.post('/conformance/stop', async (c) => {
    await json(c.req.raw);
    conformance?.stop();
    return c.json({ stopped: true });
  });

  app.get('/conformance/report', (c) => {
    const format = REPORT_FORMATS.find((known) => known === c.req.query('format'));
    if (format === undefined)
      throw new Refusal('format_unknown', { path: 'format', values: { known: REPORT_FORMATS.join(', ') } });
    const content = conformance?.file(format);
    if (content === undefined) throw notFound('no_report');
    const [extension, type] = FILES[format];
    const name = `attachment; filename="conformance.${extension}"`;
    return c.body(content, 200, { 'content-type': type, 'content-disposition': name });
  });

  return app;
}
