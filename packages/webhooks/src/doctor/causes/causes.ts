import type { Framework } from '../../protocol/frameworks.js';
import { BODY_CAUSES, type BodyCauseCode } from './body.js';
import { SECRET_CAUSES, type SecretCauseCode } from './secret.js';
import { SIGNATURE_CAUSES, type SignatureCauseCode } from './signature.js';

/** Every code a cause can have. */
export type CauseCode = BodyCauseCode | SecretCauseCode | SignatureCauseCode;

/** One reason why the signature does not match. */
export interface Cause {
  /** Stable, machine readable; the table is in `docs/test/doctor.md`. */
  readonly code: CauseCode;
  /** `proven`: undoing it reproduces the signature in the header (or the request contradicts itself); else `possible`. */
  readonly proof: 'proven' | 'possible';
  /** What happened, in one or two sentences. */
  readonly message: string;
  /** What to change. */
  readonly fix: string;
}

const CAUSES: Readonly<Record<CauseCode, { readonly message: string; readonly fix: string }>> = {
  ...BODY_CAUSES,
  ...SECRET_CAUSES,
  ...SIGNATURE_CAUSES,
};

/** Every code, for tables and tests. */
export const CAUSE_CODES: readonly CauseCode[] = Object.keys(CAUSES) as CauseCode[];

/** A cause of this code; `detail` is appended to its message. */
export function cause(
  code: CauseCode,
  proof: Cause['proof'],
  context: { readonly framework?: Framework | undefined; readonly detail?: string | undefined } = {},
): Cause {
  const { message, fix } = CAUSES[code];
  return {
    code,
    proof,
    message: context.detail === undefined ? message : `${message} ${context.detail}`,
    fix: fix === '' ? rawBodyFix(context.framework) : fix,
  };
}

const RAW: Readonly<Record<Framework, string>> = {
  express:
    "Express: mount webhookHandler(receiver) from '@videocloud/webhooks/express' before express.json(), or give the route " +
    "express.raw({ type: 'application/json' }), and never hash JSON.stringify(req.body).",
  fastify:
    "Fastify: register fastifyWebhooks from '@videocloud/webhooks/fastify' for the route: it reads the stream in front of the parsers; " +
    'never hash JSON.stringify(request.body).',
  koa:
    "Koa: use webhookHandler(receiver) from '@videocloud/webhooks/koa' in front of koa-bodyparser and koa-body, and never hash " +
    'JSON.stringify(ctx.request.body).',
  nestjs:
    "NestJS: import VideoCloudWebhooksModule.forRoot({ secrets }) from '@videocloud/webhooks-nestjs', or create the app with { rawBody: true } " +
    'and hash req.rawBody; never hash JSON.stringify of a @Body().',
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
function rawBodyFix(framework: Framework | undefined): string {
  const lead = 'Verify the raw bytes as received, before any parser. ';
  if (framework !== undefined) return lead + RAW[framework];
  return lead + [RAW.express, RAW.hono, RAW.next].join(' ');
}
