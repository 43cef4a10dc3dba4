// Loads apps from folders, sends each a genuine and a forged delivery, and prints how they were answered.
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from '@hono/node-server';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';

process.env.VIDEOCLOUD_WEBHOOK_SECRET = 'test-secret';

const answers = [];
for (const dir of process.argv.slice(2)) {
  const entry = ['app.js', 'server.js', 'index.mjs', 'src/server.js'].find((name) =>
    readdirSync(dir, { recursive: true }).includes(name),
  );
  const exported = await import(pathToFileURL(join(dir, entry ?? '')).href);
  const { url, close } = await listen(exported.default ?? exported.app);
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

async function listen(app) {
  // Fastify, Hono, Koa, Express.
  if (typeof app.inject === 'function') {
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  }
  const onNode = (server) => {
    const { port } = server.address();
    return { url: `http://127.0.0.1:${port}`, close: () => server.closeAllConnections() ?? server.close() };
  };
  return new Promise((resolve) => {
    if (typeof app.request === 'function' && app.fetch) {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(onNode(server)));
      return;
    }
    const server = createServer(typeof app.callback === 'function' ? app.callback() : app);
    server.listen(0, '127.0.0.1', () => resolve(onNode(server)));
  });
}
