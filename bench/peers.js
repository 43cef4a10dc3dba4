// The contenders of `npm run long -- bench:peers`: each verifies one delivery of its own provider's form, made here, so that every
// one does the same work on a body of about the same size.
import { createHmac } from 'node:crypto';
import { validateSignature } from '@line/bot-sdk';
import Mux from '@mux/mux-node';
import { verify as octokit } from '@octokit/webhooks-methods';
import { validateEvent } from '@polar-sh/sdk/webhooks.js';
import { constructEvent, verify } from '@videocloud/webhooks';
import { Webhook as Standard } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as Svix } from 'svix';
import { eventOf } from './event.js';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** Name → npm package and what a user writes to verify, for the bundle. */
export const PACKAGES = {
  'videocloud (ours)': ['@videocloud/webhooks', "export { constructEvent } from '@videocloud/webhooks'"],
  stripe: [
    'stripe',
    "import Stripe from 'stripe'; export const { constructEvent } = Stripe.webhooks ?? new Stripe('k').webhooks",
  ],
  svix: ['svix', "export { Webhook } from 'svix'"],
  standardwebhooks: ['standardwebhooks', "export { Webhook } from 'standardwebhooks'"],
  octokit: ['@octokit/webhooks-methods', "export { verify } from '@octokit/webhooks-methods'"],
  mux: [
    '@mux/mux-node',
    "import Mux from '@mux/mux-node'; export const { webhooks } = new Mux({ tokenId: 'a', tokenSecret: 'b' })",
  ],
  line: ['@line/bot-sdk', "export { validateSignature } from '@line/bot-sdk'"],
  polar: ['@polar-sh/sdk', "export { validateEvent } from '@polar-sh/sdk/webhooks.js'", '@polar-sh/sdk/webhooks.js'],
};

// Polar's own check wants an event of its own.
const POLAR_EVENT = {
  type: 'member.deleted',
  timestamp: '2024-03-31T12:00:00Z',
  data: {
    id: 'mem_1',
    created_at: '2024-03-31T12:00:00Z',
    modified_at: null,
    customer_id: 'cus_123456',
    email: 'a@example.com',
    name: 'Мой друг',
    external_id: null,
    role: 'member',
  },
};

export const body = Buffer.from(JSON.stringify(eventOf()));
const text = body.toString();
const polarText = JSON.stringify(POLAR_EVENT);
const hmac = (data, encoding) => createHmac('sha256', SECRET).update(data).digest(encoding);
const stripe = new Stripe('sk_test_x');
const svix = new Svix(SECRET);
const standard = new Standard(SECRET);
const mux = new Mux({ tokenId: 'a', tokenSecret: 'b', webhookSecret: SECRET });
const polarSigner = new Standard(Buffer.from(SECRET).toString('base64'));
const standardHeaders = (payload, signer, now) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(now),
  'webhook-signature': signer.sign('msg_1', new Date(now * 1_000), payload),
});

/** The request each provider would send, signed now. */
export function deliveries() {
  const now = Math.floor(Date.now() / 1_000);
  return {
    'videocloud (ours)': { body: text, headers: { 'x-videocloud-signature': hmac(text, 'hex') } },
    stripe: {
      body: text,
      headers: { 'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload: text, secret: SECRET }) },
    },
    svix: {
      body: text,
      headers: {
        'svix-id': 'msg_1',
        'svix-timestamp': String(now),
        'svix-signature': svix.sign('msg_1', new Date(now * 1_000), text),
      },
    },
    standardwebhooks: { body: text, headers: standardHeaders(text, standard, now) },
    octokit: { body: text, headers: { 'x-hub-signature-256': `sha256=${hmac(text, 'hex')}` } },
    mux: { body: text, headers: { 'mux-signature': `t=${now},v1=${hmac(`${now}.${text}`, 'hex')}` } },
    line: { body: text, headers: { 'x-line-signature': hmac(text, 'base64') } },
    polar: { body: polarText, headers: standardHeaders(polarText, polarSigner, now) },
  };
}

export const DELIVERIES = deliveries();

// Stripe's tolerance is checked after the digest in any case.
const TOLERANCE = 1e9;
const of = (name) => DELIVERIES[name].headers;

/** The signature alone, where a library lets one ask for it. */
export const VERIFY = {
  'videocloud (ours)': () => verify(body, of('videocloud (ours)')['x-videocloud-signature'], SECRET),
  stripe: () => stripe.webhooks.signature.verifyHeader(body, of('stripe')['stripe-signature'], SECRET, TOLERANCE),
  octokit: () => octokit(SECRET, text, of('octokit')['x-hub-signature-256']),
  mux: () => mux.webhooks.verifySignature(text, of('mux')),
  line: () => validateSignature(body, SECRET, of('line')['x-line-signature']),
};

/** From raw bytes to a parsed event; what a library leaves to its user is written out. */
export const CONSTRUCT = {
  'videocloud (ours)': (bytes, headers) => constructEvent(bytes, headers['x-videocloud-signature'], SECRET),
  stripe: (bytes, headers) => stripe.webhooks.constructEvent(bytes, headers['stripe-signature'], SECRET, TOLERANCE),
  svix: (bytes, headers) => svix.verify(bytes, headers),
  standardwebhooks: (bytes, headers) => standard.verify(bytes, headers),
  octokit: async (bytes, headers) => {
    const payload = bytes.toString();
    if (!(await octokit(SECRET, payload, headers['x-hub-signature-256']))) throw new Error('forged');
    return JSON.parse(payload);
  },
  mux: (bytes, headers) => mux.webhooks.unwrap(bytes.toString(), headers),
  line: (bytes, headers) => {
    if (!validateSignature(bytes, SECRET, headers['x-line-signature'])) throw new Error('forged');
    return JSON.parse(bytes.toString());
  },
  polar: (bytes, headers) => validateEvent(bytes, headers, SECRET),
};
