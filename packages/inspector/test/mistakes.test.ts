import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { generateSecret } from '@videocloud/webhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Found, Why } from '../src/protocol.js';
import { MISTAKES, type Mistake } from './support/mistakes.js';
import { ALL_EVENTS, type RunningInspector, SECRET, startInspector } from './support/start-inspector.js';

const LAID_OUT = JSON.stringify(
  { event: 'video.updated', timestamp: '2024-03-31T12:00:00Z', data: { videoId: 'vid_1', title: 'Жизнь ’ €' } },
  null,
  2,
);

async function urlOf({ serve, path = '', scheme }: Mistake): Promise<string> {
  const server = serve().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${scheme ?? 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
}

/** The calls that the page makes. */
function pageOf({ url }: RunningInspector) {
  return async <T>(path: string, body: object = {}, method = 'POST'): Promise<T> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}api${path}`, { method, headers, body: JSON.stringify(body) });
    expect(response.status, await response.clone().text()).toBeLessThan(300);
    return (await response.json()) as T;
  };
}

async function shown(mistake: Mistake): Promise<string[]> {
  const running = await startInspector();
  const page = pageOf(running);
  const { sender, webhookId } = running;
  await page(`/manage/webhooks/${webhookId}`, { url: await urlOf(mistake) }, 'PUT');
  if (mistake.rotate) await page(`/manage/webhooks/${webhookId}`, { secret: generateSecret() }, 'PUT');
  if (mistake.other !== undefined)
    await page('/manage/webhooks', { url: 'http://127.0.0.1:9/', events: ['user.deleted'], secret: mistake.other });
  let id: string | undefined;
  if (mistake.send === 'exact' || mistake.send === 'tampered') {
    const body = Buffer.from(LAID_OUT).toString('base64');
    const { items } = await page<{ items: { id: string }[] }>('/probe', { webhookId, mode: mistake.send, body });
    id = items[0]?.id;
  } else {
    const data = { videoId: 'vid_1', title: 'A title' };
    const sent = await page<{ deliveryIds: string[] }>('/send', { event: 'video.updated', data });
    await sender.idle();
    id = sent.deliveryIds[0];
  }
  const why = await page<Why>(`/deliveries/${id}/why`, { secret: mistake.secret });
  expect(JSON.stringify(why)).not.toContain(SECRET);
  const causes = why.compared?.causes.filter(({ proof }) => proof === 'proven') ?? [];
  if (!mistake.find) {
    expect(why.finding?.proof).toBe('proven');
    return [...causes.map(({ code }) => code as string), why.finding?.code ?? ''];
  }
  // Before the receiver was asked, the page shows what is known and nothing that is not.
  expect(why.finding).toMatchObject({ proof: 'proven', code: 'genuine' });
  const found = await page<Found>(`/deliveries/${id}/find`);
  expect(JSON.stringify(found)).not.toContain(SECRET);
  expect(found.finding.proof).toBe('proven');
  return [...found.causes.map(({ code }) => code as string), found.finding.code];
}

it('a secret is tried at its own host only: whoever gets the signature could use it there', async () => {
  const running = await startInspector();
  const page = pageOf(running);
  const mistake = MISTAKES.find(({ shows }) => shows === 'secret_of_other');
  if (mistake?.other === undefined) throw new Error('no such mistake');
  await page(`/manage/webhooks/${running.webhookId}`, { url: await urlOf(mistake) }, 'PUT');
  await page('/manage/webhooks', { url: 'http://localhost:9/', events: ['user.deleted'], secret: mistake.other });
  const { deliveryIds } = await page<{ deliveryIds: string[] }>('/send', { event: 'video.updated', data: {} });
  await running.sender.idle();
  const { finding } = await page<Found>(`/deliveries/${deliveryIds[0]}/find`);
  expect(finding.code).toBe('no_known_mistake');
});

describe('a mistake of a receiver', () => {
  it.each(MISTAKES.map((mistake) => [mistake.en, mistake] as const))('is named: %s', async (_title, mistake) => {
    const [first] = await shown(mistake);
    expect(first).toBe(mistake.shows);
  });

  it('is played for at least 20, each under its own name', () => {
    expect(MISTAKES.length).toBeGreaterThanOrEqual(20);
    expect(new Set(MISTAKES.map(({ en }) => en)).size).toBe(MISTAKES.length);
    expect(ALL_EVENTS).toContain('video.updated');
  });
});
