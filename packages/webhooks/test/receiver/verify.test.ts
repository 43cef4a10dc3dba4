import { describe, expect, it } from 'vitest';
import { constructEvent, sign } from '../../src/index.js';
import { resolveSettings } from '../../src/receiver/settings.js';
import { Verifier } from '../../src/receiver/verify.js';
import { verifyRequest } from '../../src/receiver/verify-request.js';
import { SECRET } from '../support.js';
import { at, eventBody, incoming } from './support.js';

const sent = Date.parse(at);
const DAY = 86_400_000;
const bytesOf = (body: string) => new TextEncoder().encode(body);

/** What is signed but is not an event, each with its code and what the sender reads. */
const NO_EVENTS: [string, Uint8Array, string, string][] = [
  ['no UTF-8', Uint8Array.of(0xff), 'body_not_utf8', 'The signed body is not UTF-8'],
  ['no JSON', bytesOf('{'), 'body_not_json', 'The signed body is not JSON'],
  ['no event', bytesOf('{"event":7}'), 'envelope_invalid', 'event must be'],
];

describe('verifyRequest', () => {
  const secrets = ['whsec-of-tomorrow', SECRET];
  const judge = async (body: Uint8Array, signature?: unknown, now = sent) => {
    const verifier = new Verifier(resolveSettings({ secrets, maxAge: DAY, now: () => now, onError: () => undefined }));
    const given = { 'x-videocloud-signature': signature ?? (await sign(body, SECRET)) };
    const verdict = await verifyRequest(verifier, incoming(body, given));
    return verdict.ok ? verdict.delivery : verdict.outcome;
  };

  it('gives the event, the very bytes, and which secret signed them', async () => {
    const body = bytesOf(eventBody());
    const delivery = await judge(body);
    expect(delivery).toStrictEqual({ event: JSON.parse(eventBody()), rawBody: body, secretIndex: 1 });
    expect('rawBody' in delivery && delivery.rawBody).toBe(body);
    // At its oldest.
    expect(await judge(body, undefined, sent + DAY)).toEqual(delivery);
  });

  it('refuses a wrong signature, also of what is no event', async () => {
    for (const body of [bytesOf(eventBody()), bytesOf('{')]) {
      for (const [signature, code] of [
        ['a'.repeat(64), 'signature_mismatch'],
        ['a', 'signature_malformed'],
        ['', 'signature_missing'],
      ]) {
        expect(await judge(body, signature)).toMatchObject({ result: 'rejected', status: 401, error: { code } });
      }
    }
  });

  it.each(NO_EVENTS)('refuses what is signed but %s, and says what it is', async (_, body, code, words) => {
    const outcome = await judge(body);
    expect(outcome).toMatchObject({ result: 'rejected', status: 400, error: { code } });
    const answer = JSON.parse('body' in outcome ? outcome.body : '');
    expect(answer).toEqual({ error: { code, message: expect.stringContaining(words) } });
  });

  it('refuses what is too old, with its event', async () => {
    const outcome = await judge(bytesOf(eventBody()), undefined, sent + DAY + 1);
    expect(outcome).toMatchObject({ result: 'rejected', status: 401, error: { code: 'timestamp_too_old' } });
    expect(outcome).toMatchObject({ event: JSON.parse(eventBody()) });
  });

  it('refuses for now what comes from the future', async () => {
    const outcome = await judge(bytesOf(eventBody()), undefined, sent - 300_001);
    expect(outcome).toMatchObject({ result: 'failed', status: 503, error: { code: 'timestamp_in_future' } });
  });
});

describe('constructEvent', () => {
  const construct = async (body: string | Uint8Array, now: number, maxAge?: number) =>
    constructEvent(body, await sign(body, SECRET), SECRET, { maxAge, now: () => now });

  it.each(NO_EVENTS)('throws for what is signed but %s', async (_, body, code, words) => {
    for (const maxAge of [undefined, DAY]) {
      const thrown = { code, status: 400, message: expect.stringContaining(words) };
      await expect(construct(body, sent, maxAge)).rejects.toMatchObject(thrown);
    }
  });

  it('judges the age where there is a limit', async () => {
    const event = JSON.parse(eventBody());
    for (const now of [sent - 300_000, sent, sent + DAY]) expect(await construct(eventBody(), now, DAY)).toEqual(event);
    const old = { code: 'timestamp_too_old', status: 401 };
    await expect(construct(eventBody(), sent + DAY + 1, DAY)).rejects.toMatchObject(old);
    const future = { code: 'timestamp_in_future', status: 503 };
    await expect(construct(eventBody(), sent - 300_001, DAY)).rejects.toMatchObject(future);
    expect(await construct(eventBody(), sent + 1_000 * DAY)).toEqual(event);
  });
});
