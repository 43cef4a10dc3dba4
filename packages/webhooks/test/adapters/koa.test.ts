import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';
import { expect, it } from 'vitest';
import { verifyWebhook } from '../../src/adapters/koa.js';
import { SECRET } from './behavior.js';
import { GUIDE, signedHeaders } from './cases.js';
import { contract } from './contract.js';
import { KOA_ENTRY } from './entries/koa.js';
import { closer } from './servers.js';

contract(KOA_ENTRY);

it('verifyWebhook may stand in front of a body parser, which then leaves the body alone', async () => {
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => (ctx.path === '/verify' ? verifyWebhook({ secrets: SECRET })(ctx, next) : next()));
  app.use(bodyParser());
  app.use((ctx) => {
    ctx.body = [ctx.state.webhook?.event.event ?? null, ctx.request.body ?? null];
  });
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const post = async (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers })).json();
  try {
    expect(await post('/verify', new Uint8Array(GUIDE), signedHeaders(GUIDE))).toEqual(['comment.created', null]);
    expect(await post('/', '{"a":1}', { 'content-type': 'application/json' })).toEqual([null, { a: 1 }]);
  } finally {
    await closer(server)();
  }
});
