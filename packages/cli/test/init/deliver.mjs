// Loads apps from folders, sends each a genuine and a forged delivery, and prints how they were answered.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';

process.env.VIDEOCLOUD_WEBHOOK_SECRET = 'test-secret';

const answers = [];
for (const dir of process.argv.slice(2)) {
  const entry = ['app.js', 'server.js', 'index.mjs', 'src/server.js'].find((name) => existsSync(join(dir, name)));
  const exported = await import(pathToFileURL(join(dir, entry ?? '')).href);
  const { url, close } = await listen(exported.default ?? exported.app);
  /** @param {string} secret */
  const send = async (secret) =>
    (await fetch(await signedRequest(`${url}/webhooks`, fixture('video.processed'), secret))).status;
  const [genuine, forged] = [await send('test-secret'), await send('another')];
  const other = await fetch(`${url}/other`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  answers.push({ genuine, forged, other: String(other.status) });
  await close();
}
console.log(JSON.stringify(answers));

/**
 * @typedef {object} App of Fastify, Hono, Koa or Express
 * @property {unknown} [inject]
 * @property {(options: object) => Promise<string>} listen
 * @property {() => unknown} close
 * @property {Parameters<typeof getRequestListener>[0]} [fetch]
 * @property {() => import('node:http').RequestListener} [callback]
 */

/** @param {App & import('node:http').RequestListener} app */
async function listen(app) {
  if (app.inject !== undefined) {
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  }
  const server = createServer(app.fetch ? getRequestListener(app.fetch) : (app.callback?.() ?? app));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}
