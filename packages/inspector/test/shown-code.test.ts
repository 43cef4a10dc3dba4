import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks/protocol';
import { createSender } from '@videocloud/webhooks-sender';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as operations from '../src/page/subscriptions/operations.js';
import { RECEIVER_CODE } from '../src/page/why/receiver-code.js';
import { compileFaults, emitted, folder } from './support/compile.js';
import { ALL_EVENTS } from './support/start-inspector.js';

const run = promisify(execFile);
const TOKEN = 'token-of-the-api';
const URL_OF_ENDPOINT = "http://127.0.0.1:9/it's?a=$HOME&b=(x)";
const ENVIRONMENT = {
  ...process.env,
  VIDEOCLOUD_API_TOKEN: TOKEN,
  VIDEOCLOUD_WEBHOOK_SECRET: 'first-$HOME-secret',
  VIDEOCLOUD_WEBHOOK_SECRET_NEW: "second-'secret'",
};

const { createCall, testCall, eventsCall, rotateCall, reactivateCall, deleteCall, historyCall } = operations;
const { curlOfCall, clientOfCall } = operations;

/** Every operation of the page, in an order that can be played. */
const callsFor = (id: string): readonly operations.ApiCall[] => [
  ...DELIVERED_EVENT_TYPES.map((event) => testCall(id, event)),
  eventsCall(id, ['video.deleted']),
  rotateCall(id, 'typed into the page'),
  reactivateCall(id),
  historyCall(id),
  deleteCall(id),
];

async function senderWithToken() {
  const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true, token: TOKEN });
  onTestFinished(() => sender.close());
  const { url: apiUrl } = await sender.listen();
  const secretOf = (id: string) => Buffer.from(sender.secretOf(id) ?? []).toString();
  return { sender, secretOf, place: { apiUrl, needsToken: true } };
}

describe('the code the page shows', () => {
  it('covers every operation there is', () => {
    const builders = Object.keys(operations).filter((name) => name.endsWith('Call') && !name.includes('Of'));
    const used = [createCall, testCall, eventsCall, rotateCall, reactivateCall, deleteCall, historyCall];
    expect(builders.sort()).toEqual(used.map(({ name }) => name).sort());
  });

  it('compiles strictly, with and without a token', () => {
    const calls = [createCall(URL_OF_ENDPOINT, ALL_EVENTS, 'typed'), ...callsFor('whk_1')];
    const shown = [true, false].flatMap((needsToken) =>
      calls.map((call) => clientOfCall(call, { apiUrl: 'http://127.0.0.1:4010', needsToken })),
    );
    // One program for all: a program takes seconds to set up.
    expect(compileFaults([...shown, ...Object.values(RECEIVER_CODE)])).toEqual([]);
    const place = { apiUrl: 'http://127.0.0.1:4010', needsToken: false };
    const wrong = clientOfCall(rotateCall('whk_1', ''), place).replace('newSecret', 'secret');
    expect(compileFaults([wrong])).toHaveLength(1);
  }, 120_000);

  it('does in a program what the button does', async () => {
    const { sender, secretOf, place } = await senderWithToken();
    const made = folder();
    const play = async (call: operations.ApiCall) => {
      await run(process.execPath, [emitted(clientOfCall(call, place), made)], { env: ENVIRONMENT });
    };
    await play(createCall(URL_OF_ENDPOINT, ALL_EVENTS, 'typed into the page'));
    const [{ id, url } = { id: '', url: '' }] = sender.webhooks();
    expect([url, secretOf(id)]).toEqual([URL_OF_ENDPOINT, 'first-$HOME-secret']);
    await play(rotateCall(id, 'typed into the page'));
    expect(secretOf(id)).toBe("second-'secret'");
    await play(eventsCall(id, ['video.deleted']));
    expect(sender.webhooks()[0]?.events).toEqual(['video.deleted']);
    await play(testCall(id, 'user.registered'));
    expect(sender.deliveries().items.map(({ event }) => event)).toEqual(['user.registered']);
    for (const call of [reactivateCall(id), historyCall(id), deleteCall(id)]) await play(call);
    expect(sender.webhooks()).toEqual([]);
  }, 120_000);

  it('does in a shell what the button does', async () => {
    const { sender, secretOf, place } = await senderWithToken();
    const play = async (call: operations.ApiCall) => {
      const command = curlOfCall(call, place);
      expect(command).not.toContain('typed into the page');
      const { stdout } = await run('bash', ['-c', command], { env: ENVIRONMENT });
      expect(JSON.parse(stdout)).toMatchObject({ success: true });
    };
    await play(createCall(URL_OF_ENDPOINT, ALL_EVENTS, 'typed into the page'));
    const [{ id } = { id: '' }] = sender.webhooks();
    expect(secretOf(id)).toBe('first-$HOME-secret');
    for (const call of callsFor(id).slice(0, -1)) await play(call);
    expect(secretOf(id)).toBe("second-'secret'");
    await play(deleteCall(id));
    expect(sender.webhooks()).toEqual([]);
  }, 120_000);
});
