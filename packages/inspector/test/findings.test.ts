import { describe, expect, it } from 'vitest';
import { verdictOf } from '../src/page/deliveries/verdict.js';
import { type Found, type Item, PROBE_MODES, type Why } from '../src/protocol.js';
import { SECRET, startInspector } from './support/start-inspector.js';

const BODY = JSON.stringify({ event: 'video.updated', timestamp: new Date().toISOString(), data: { n: 1 } }, null, 2);

async function started() {
  const running = await startInspector();
  const post = async <T>(path: string, body: object = {}): Promise<T> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${running.url}api${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as T;
  };
  const probe = async (mode: string): Promise<string> => {
    const body = Buffer.from(BODY).toString('base64');
    const { items } = await post<{ items: { id: string }[] }>('/probe', { webhookId: running.webhookId, mode, body });
    return items.at(-1)?.id ?? '';
  };
  const why = (id: string) => post<Why>(`/deliveries/${id}/why`);
  const find = (id: string) => post<Found>(`/deliveries/${id}/find`);
  return { ...running, post, probe, why, find };
}

const BROKEN = ['unsigned', 'wrong_secret', 'tampered', 'reserialized'] as const;

describe('the finding of a request that was broken on purpose', () => {
  it('is proven for each kind, refused or accepted', async () => {
    const { receiver, probe, why } = await started();
    for (const mode of BROKEN) {
      const { finding, genuine } = await why(await probe(mode));
      expect(finding).toEqual({ code: `sent_${mode}`, proof: 'proven' });
      expect(genuine).toBe(false);
    }
    receiver.answer((_request, response) => void response.status(200).send('yes'));
    for (const mode of BROKEN)
      expect((await why(await probe(mode))).finding).toEqual({ code: 'forgery_accepted', proof: 'proven' });
    for (const mode of PROBE_MODES.filter((one) => !BROKEN.some((known) => known === one)))
      expect((await why(await probe(mode))).finding, mode).toBeUndefined();
  });

  it('is not that of a rejection without a look at the signature', async () => {
    const { receiver, probe, why } = await started();
    for (const [status, code] of Object.entries({
      404: 'path_unknown',
      405: 'method_refused',
      407: 'rejected',
      408: 'rejected',
      410: 'path_unknown',
      413: 'too_large',
      414: 'rejected',
      415: 'type_refused',
      421: 'rejected',
      425: 'rejected',
      426: 'rejected',
      429: 'too_many',
      431: 'rejected',
    })) {
      receiver.answer((_request, response) => void response.status(Number(status)).send(''));
      for (const mode of BROKEN) expect((await why(await probe(mode))).finding?.code, status).toBe(code);
      for (const probe of [...BROKEN, 'stale'] as const) {
        const item = { probe, status: 'failed', responseCode: Number(status) } as Item;
        expect(verdictOf(item, 0, false).tone, `${probe} ${status}`).not.toBe('good');
      }
    }
    for (const status of [400, 401, 403, 409, 422]) {
      receiver.answer((_request, response) => void response.status(status).send(''));
      for (const mode of BROKEN) expect((await why(await probe(mode))).finding?.code).toBe(`sent_${mode}`);
      const item = { probe: 'tampered', status: 'failed', responseCode: status } as Item;
      expect(verdictOf(item, 0, false)).toEqual({ tone: 'good', key: 'verdict_refused' });
    }
  });

  it('is possible only where the receiver does not say why it refused an old event', async () => {
    const { receiver, probe, why } = await started();
    const refuse = (code?: string) =>
      receiver.answer((_request, response) => void response.status(401).json({ error: { code } }));
    refuse('timestamp_too_old');
    expect((await why(await probe('stale'))).finding).toEqual({ code: 'sent_stale', proof: 'proven' });
    refuse();
    expect((await why(await probe('stale'))).finding).toEqual({ code: 'sent_stale', proof: 'possible' });
  });
});

describe('a genuine request that was refused', () => {
  it('is called genuine, whatever the receiver answers', async () => {
    const { receiver, probe, why, sender, apiUrl, webhookId } = await started();
    for (const answer of ['', 'null', '{"error":null}', '{"error":{"code":7}}', '[]']) {
      receiver.answer((_request, response) => void response.status(401).send(answer));
      expect((await why(await probe('exact'))).finding).toEqual({ code: 'genuine', proof: 'proven' });
    }
    receiver.secrets.splice(0, 1, 'another-secret-altogether');
    receiver.answer();
    const { deliveryIds } = await sender.emit({ event: 'video.updated', data: { videoId: 'vid_1' } });
    await sender.idle();
    const id = deliveryIds[0] ?? '';
    expect((await why(id)).finding).toEqual({ code: 'genuine', proof: 'proven' });
    // What it was signed with is known after a rotation too.
    await fetch(`${apiUrl}/webhooks/${webhookId}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: 'rotated-secret-of-the-test' }),
    });
    expect((await why(id)).finding).toEqual({ code: 'signed_before_rotation', proof: 'proven' });
  });

  it('may have been rejected before the check, where a status asks for a login or forbids', async () => {
    const { receiver, probe, why } = await started();
    const findingFor = async (status: number, headers: Record<string, string>, body: object | string = '') => {
      receiver.answer((_request, response) => void response.status(status).set(headers).send(body));
      const { finding, genuine } = await why(await probe('exact'));
      expect(genuine).toBe(true);
      return finding;
    };
    const denied = { code: 'access_denied', proof: 'possible' };
    expect(await findingFor(403, {})).toEqual(denied);
    expect(await findingFor(403, {}, '<h1>Forbidden</h1><p>CSRF verification failed.</p>')).toEqual(denied);
    expect(await findingFor(403, {}, { error: { code: 'forbidden' } })).toEqual(denied);
    expect(await findingFor(401, { 'WWW-Authenticate': 'Basic realm="staging"' })).toEqual(denied);
    const genuine = { code: 'genuine', proof: 'proven' };
    expect(await findingFor(403, {}, { error: { code: 'signature_mismatch' } })).toEqual(genuine);
    expect(await findingFor(401, {}, { error: { code: 'signature_mismatch' } })).toEqual(genuine);
  });

  it('proves nothing that it cannot: another secret, a check that is gone, a server that accepts all or ended', async () => {
    const { receiver, probe, find } = await started();
    receiver.secrets.splice(0, 1, 'another-secret-altogether');
    const id = await probe('exact');
    const found = await find(id);
    expect(found.finding).toEqual({ code: 'no_known_mistake', proof: 'possible' });
    expect(found.tried).toBeGreaterThan(40);
    expect(found.tried).toBeLessThanOrEqual(70);
    receiver.secrets.splice(0, 1, SECRET);
    expect((await find(id)).finding).toEqual({ code: 'accepted_now', proof: 'proven' });
    receiver.answer((_request, response) => void response.status(200).send('yes'));
    expect((await find(id)).finding).toEqual({ code: 'accepts_anything', proof: 'proven' });
    // It refuses the right signature, and then accepts whatever comes.
    let asked = 0;
    receiver.answer((_request, response) => void response.status(asked++ === 0 ? 401 : 200).send(''));
    expect((await find(id)).finding).toEqual({ code: 'accepts_anything', proof: 'proven' });
    receiver.answer((_request, response) => void response.status(429).send(''));
    expect(await find(id)).toMatchObject({ finding: { code: 'too_many' }, tried: 1 });
    for (const [status, code] of [
      [404, 'path_unknown'],
      [405, 'method_refused'],
      [415, 'type_refused'],
      [426, 'rejected'],
    ] as const) {
      receiver.answer((_request, response) => void response.status(status).send(''));
      expect(await find(id)).toMatchObject({ finding: { code, proof: 'proven' }, tried: 1 });
    }
    receiver.answer((request) => void request.socket.destroy());
    expect(await find(id)).toMatchObject({ finding: { code: 'connection_reset' }, tried: 1 });
  });

  it('searches once at a time', async () => {
    const { receiver, probe, find } = await started();
    receiver.answer((_request, response) => void setTimeout(() => response.status(401).send(''), 20));
    const id = await probe('exact');
    const answers = await Promise.all([find(id), find(id)]);
    expect(answers.filter((answer) => 'error' in answer)).toHaveLength(1);
    expect(JSON.stringify(answers)).toContain('searching');
  });
});
