// The recipe of docs/recipes as it stands.
import 'reflect-metadata';
import { SECRET, urlOf } from './lib.mjs';
import { createApp, Webhooks } from './recipe.mjs';

export async function start() {
  process.env.VIDEOCLOUD_WEBHOOK_SECRET = SECRET;
  let handled = 0;
  const app = await createApp();
  app.useLogger(false);
  app.get(Webhooks).receiver.on('video.*', () => {
    handled += 1;
  });
  await app.listen(0, '127.0.0.1');
  return { url: urlOf(app.getHttpServer()), handled: () => handled, stop: () => app.close() };
}
