import type { Framework } from '../types.js';

const RAW: Readonly<Record<Framework, string>> = {
  express:
    "Express: mount webhookHandler(receiver) from '@videocloud/webhooks/express' before express.json(), or give the route " +
    "express.raw({ type: 'application/json' }), and never hash JSON.stringify(req.body).",
  hono: "Hono: use webhookHandler(receiver) from '@videocloud/webhooks/hono' before anything calls c.req.json(), or hash the bytes of c.req.raw.arrayBuffer().",
  next:
    "Next.js: export const POST = webhookHandler(receiver) from '@videocloud/webhooks/next' (or hash await request.arrayBuffer()); " +
    'in the Pages Router set config = { api: { bodyParser: false } }.',
  lambda:
    "AWS Lambda: hash Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8') before any JSON.parse, for example with receiver.receive({ body, signature }).",
  worker: 'Workers: pass the untouched Request to receiver.fetch(request), or hash await request.arrayBuffer().',
  node: "node:http: use webhookHandler(receiver) from '@videocloud/webhooks/node', or hash Buffer.concat of the request's chunks.",
};

/** How to get at the raw bytes: for the framework that is known, else for the usual ones. */
export function rawBodyFix(framework: Framework | undefined): string {
  const lead = 'Verify the raw bytes as received, before any parser. ';
  if (framework !== undefined) return lead + RAW[framework];
  return lead + [RAW.express, RAW.hono, RAW.next].join(' ');
}
