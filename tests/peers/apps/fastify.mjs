// The recipe of docs/recipes as it stands.

import { SECRET, urlOf } from './lib.mjs';
import { app, receiver } from './recipe.mjs';

export async function start() {
  process.env.VIDEOCLOUD_WEBHOOK_SECRET = SECRET;
  let handled = 0;
  receiver.on('video.*', () => {
    handled += 1;
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: urlOf(app.server), handled: () => handled, stop: () => app.close() };
}
