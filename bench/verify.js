// verify and constructEvent against the floor of any strict check, and against peers at the same work on the same bytes.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import Mux from '@mux/mux-node';
import { verify as octokit } from '@octokit/webhooks-methods';
import { constructEvent, sign, verify } from '@videocloud/webhooks';
import { constructEventSync, verifySync } from '@videocloud/webhooks/node';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { compare, table } from './measure.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const key = createSecretKey(secret, 'utf8');
const HEX = /^[0-9a-f]{64}$/i;

async function floor(body, signature) {
  if (!HEX.test(signature)) return false;
  return timingSafeEqual(createHmac('sha256', key).update(body).digest(), Buffer.from(signature, 'hex'));
}
const decoder = new TextDecoder('utf-8', { fatal: true });
async function floorParsed(body, signature) {
  if (!(await floor(body, signature))) throw new Error('no');
  return JSON.parse(decoder.decode(body));
}

const event = (size) => {
  const base = {
    event: 'video.uploaded',
    timestamp: '2024-03-31T12:00:00Z',
    data: {
      videoId: 'vid_123456',
      title: '',
      size: 10485760,
      duration: 120,
      format: 'mp4',
      userId: 'usr_123456',
      status: 'processing',
    },
  };
  base.data.title = 'x'.repeat(Math.max(0, size - JSON.stringify(base).length));
  return Buffer.from(JSON.stringify(base));
};

for (const size of [211, 65_536, 1_048_576]) {
  const body = event(size);
  const text = body.toString();
  const signature = await sign(body, secret);
  const options = size > 1_000_000 ? { rounds: 11, roundMs: 60 } : {};
  const own = await compare(
    {
      floor: () => floor(body, signature),
      verify: () => verify(body, signature, secret),
      'floor + decode + parse': () => floorParsed(body, signature),
      constructEvent: () => constructEvent(body, signature, secret),
      'verifySync (node)': () => verifySync(body, signature, secret),
      'constructEventSync (node)': () => constructEventSync(body, signature, secret),
    },
    options,
  );
  table(
    `Against the floor, ${body.length} B`,
    ['', 'µs', '× floor'],
    [
      ['floor', own.floor, 1],
      ['verify', own.verify, own.verify / own.floor],
      ['verifySync (node)', own['verifySync (node)'], own['verifySync (node)'] / own.floor],
      ['floor + decode + parse', own['floor + decode + parse'], 1],
      ['constructEvent', own.constructEvent, own.constructEvent / own['floor + decode + parse']],
      [
        'constructEventSync (node)',
        own['constructEventSync (node)'],
        own['constructEventSync (node)'] / own['floor + decode + parse'],
      ],
    ],
  );

  const now = Math.floor(Date.now() / 1_000);
  const stripe = new Stripe('sk_test_x');
  const stripeHeader = stripe.webhooks.generateTestHeaderString({ payload: text, secret });
  const svix = new SvixWebhook(secret);
  const standard = new StandardWebhook(secret);
  const svixHeaders = {
    'svix-id': 'msg_1',
    'svix-timestamp': String(now),
    'svix-signature': svix.sign('msg_1', new Date(now * 1_000), text),
  };
  const standardHeaders = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(now),
    'webhook-signature': standard.sign('msg_1', new Date(now * 1_000), text),
  };
  const mux = new Mux({ tokenId: 'a', tokenSecret: 'b', webhookSecret: secret });
  const muxHeaders = {
    'mux-signature': `t=${now},v1=${createHmac('sha256', secret).update(`${now}.${text}`).digest('hex')}`,
  };
  const github = `sha256=${signature}`;
  const peers = await compare(
    {
      constructEvent: () => constructEvent(body, signature, secret),
      verify: () => verify(body, signature, secret),
      'stripe constructEvent': () => stripe.webhooks.constructEvent(body, stripeHeader, secret, 1e9),
      'svix verify': () => svix.verify(text, svixHeaders),
      'standardwebhooks verify': () => standard.verify(text, standardHeaders),
      '@mux/mux-node unwrap': () => mux.webhooks.unwrap(text, muxHeaders),
      '@octokit/webhooks-methods verify': () => octokit(secret, text, github),
    },
    options,
  );
  table(
    `Against peers, ${body.length} B (verify + parse, but for the last pair: verify alone)`,
    ['', 'µs', '× ours'],
    [
      ...[
        'constructEvent',
        'stripe constructEvent',
        'svix verify',
        'standardwebhooks verify',
        '@mux/mux-node unwrap',
      ].map((name) => [name, peers[name], peers[name] / peers.constructEvent]),
      ...['verify', '@octokit/webhooks-methods verify'].map((name) => [name, peers[name], peers[name] / peers.verify]),
    ],
  );
}
