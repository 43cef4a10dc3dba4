import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSender, type SenderOptions } from '../../src/index.js';

/** Raw HTTP: `fetch` does not let one name another Host. */
function ask(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
  body?: string,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function listening(options: SenderOptions = {}, host?: string) {
  const sender = createSender({ allowPrivateAddresses: true, ...options });
  onTestFinished(() => sender.close());
  const { url } = await sender.listen(0, host);
  return { sender, url, port: new URL(url).port };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const WEBHOOK = JSON.stringify({
  url: 'http://127.0.0.1:9/',
  events: ['video.published'],
  secret: 'your_webhook_secret',
});

describe('who may call the management API over HTTP', () => {
  it('answers to names of this machine and numeric addresses', async () => {
    const { url, port } = await listening();
    for (const host of [
      'localhost',
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      `[::1]:${port}`,
      'a.localhost',
      '0.0.0.0',
    ])
      expect([host, (await ask(`${url}/webhooks`, { host })).status]).toEqual([host, 200]);
  });

  it('does not listen on every address because the host is blank', async () => {
    const sender = createSender();
    onTestFinished(() => sender.close());
    for (const host of ['', ' ', null]) await expect(sender.listen(0, host as string)).rejects.toThrow('is blank');
  });

  it('refuses every other host name, so that a rebound name lists, makes, tests and deletes nothing', async () => {
    const { url, sender, port } = await listening();
    await ask(`${url}/webhooks`, JSON_TYPE, 'POST', WEBHOOK);
    const [webhook] = sender.webhooks();
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'notlocalhost',
      'localhost@evil.example',
      '127.0.0.1:80:80',
      '2130706433',
      '0x7f.1',
      'localhost.',
    ]) {
      for (const [method, path, body] of [
        ['GET', '/webhooks'],
        ['POST', '/webhooks', WEBHOOK],
        ['PUT', `/webhooks/${webhook?.id}`, '{"url":"http://127.0.0.1:10/"}'],
        ['GET', `/webhooks/${webhook?.id}/deliveries`],
        ['POST', `/webhooks/${webhook?.id}/test`, '{"event":"video.published"}'],
        ['DELETE', `/webhooks/${webhook?.id}`],
      ] as const) {
        const answer = await ask(`${url}${path}`, { host, ...JSON_TYPE }, method, body);
        expect([host, method, answer.status === 421 || answer.status === 400]).toEqual([host, method, true]);
        expect(answer.body).not.toContain('whk_');
      }
    }
    expect(sender.webhooks()).toEqual([webhook]);
    expect(sender.deliveries().items).toEqual([]);
    const { body } = await ask(`${url}/webhooks`, { host: 'evil.example' });
    expect(JSON.parse(body)).toEqual({
      success: false,
      error: { code: 'host_not_allowed', message: expect.stringContaining('hosts') },
    });
  });

  it('refuses what a page of another origin makes a browser send', async () => {
    const { url, sender, port } = await listening();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${port}` },
      { origin: `http://127.0.0.1:${Number(port) - 1}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: url, 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await ask(`${url}/webhooks`, { ...JSON_TYPE, ...headers }, 'POST', WEBHOOK)).status).toBe(403);
      expect((await ask(`${url}/webhooks`, headers)).status).toBe(403);
    }
    expect(sender.webhooks()).toEqual([]);
    const own = { ...JSON_TYPE, origin: url, 'sec-fetch-site': 'same-origin' };
    expect((await ask(`${url}/webhooks`, own, 'POST', WEBHOOK)).status).toBe(201);
    expect((await ask(`${url}/webhooks`, { 'sec-fetch-site': 'none' })).status).toBe(200);
  });

  it('answers to a host that was allowed by name, and to pages of it', async () => {
    const { url, port } = await listening({ hosts: ['Sender.internal', 'app.test'] });
    for (const host of ['sender.internal', `sender.internal:${port}`])
      expect([host, (await ask(`${url}/webhooks`, { host })).status]).toEqual([host, 200]);
    const fromPage = { origin: 'http://app.test:5173', 'sec-fetch-site': 'cross-site' };
    expect((await ask(`${url}/webhooks`, fromPage)).status).toBe(200);
    expect((await ask(`${url}/webhooks`, { host: 'other.internal' })).status).toBe(421);
    for (const hosts of [['http://sender.internal'], ['sender:4010'], [''], [1], 'sender'])
      expect(() => createSender({ hosts } as never)).toThrow(/^hosts/);
  });

  it('asks for the token only once the host is right', async () => {
    const { url } = await listening({ token: 'token-of-the-api' });
    const headers = { authorization: 'Bearer token-of-the-api' };
    expect((await ask(`${url}/webhooks`, headers)).status).toBe(200);
    expect((await ask(`${url}/webhooks`, { ...headers, host: 'evil.example' })).status).toBe(421);
    expect((await ask(`${url}/webhooks`, {})).status).toBe(401);
  });
});
