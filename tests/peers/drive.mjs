// In a peer's project: starts the app named on the command line and sends it a genuine delivery, the same again, a forged
// one and another. Prints what was answered and how many were handled by then, as JSON.
import { sign } from '@videocloud/webhooks';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { SECRET } from './lib.mjs';

const WAIT_MS = 60_000;

/**
 * @typedef {object} App
 * @property {string} url where it takes deliveries
 * @property {() => number | Promise<number>} handled
 * @property {string[]} [others] more endpoints of it, which must take a genuine delivery and refuse a forged one
 * @property {() => Promise<unknown>} stop
 */

/** @type {App} */
const app = await (await import(`./${process.argv[2]}.mjs`)).start();

async function post(url, videoId, secret = SECRET) {
  const { body, headers } = await signedBody(fixture('video.processed', { data: { videoId } }), SECRET);
  const signature = { 'x-videocloud-signature': await sign(body, secret) };
  const response = await fetch(url, { method: 'POST', headers: { ...headers, ...signature }, body });
  await response.arrayBuffer();
  return response.status;
}

/** Waits until `count` deliveries were handled, and gives how many were. */
async function handled(count) {
  const deadline = Date.now() + WAIT_MS;
  let seen = await app.handled();
  while (seen < count && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    seen = await app.handled();
  }
  return seen;
}

const result = {
  genuine: [await post(app.url, 'vid_1'), await handled(1)],
  again: [await post(app.url, 'vid_1'), await app.handled()],
  forged: [await post(app.url, 'vid_2', 'a guessed secret'), await app.handled()],
  // Handled last, so that a second run of the first delivery would have been counted.
  another: [await post(app.url, 'vid_3'), await handled(2)],
  others: [],
};
for (const url of app.others ?? []) result.others.push(await post(url, 'vid_1'), await post(url, 'vid_1', 'a guess'));
console.log(JSON.stringify(result));
await app.stop();
