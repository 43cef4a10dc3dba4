import { describe, expect, it } from 'vitest';
import { errorOf } from '../../src/errors.js';
import { acknowledged, rejected } from '../../src/receiver/outcome.js';
import { fixtureBytes, SECRET } from '../support.js';
import { testReceiver } from './support.js';

// Written out, not derived: responses are part of the contract (docs, conformance) and must not move unseen.
const ANSWERS = [
  ['method_not_allowed', 405, 'rejected', 'Webhooks are sent with POST', { allow: 'POST' }],
  ['content_encoding_unsupported', 415, 'rejected', 'The body must be sent without Content-Encoding', {}],
  ['body_too_large', 413, 'rejected', 'The body is too large', {}],
  ['body_timeout', 408, 'rejected', 'The body did not arrive in time', { connection: 'close' }],
  ['body_aborted', 400, 'rejected', 'The body did not arrive whole: the connection closed', {}],
  ['body_already_parsed', 500, 'failed', 'The body was read or parsed before the receiver', {}],
  ['signature_missing', 401, 'rejected', 'The X-VideoCloud-Signature header is missing', {}],
  ['signature_malformed', 401, 'rejected', 'The X-VideoCloud-Signature header is not 64 hex digits', {}],
  ['signature_mismatch', 401, 'rejected', 'No signing secret matches the signature', {}],
  ['secrets_unavailable', 503, 'failed', 'The signing secrets are not available', { 'retry-after': '10' }],
  ['body_not_utf8', 400, 'rejected', 'The signed body is not UTF-8', {}],
  ['body_not_json', 400, 'rejected', 'The signed body is not JSON', {}],
  ['envelope_invalid', 400, 'rejected', 'The signed body is not an event', {}],
  ['timestamp_too_old', 401, 'rejected', 'The event is too old', {}],
  ['timestamp_in_future', 503, 'failed', 'The event is from the future', { 'retry-after': '60' }],
  ['event_in_progress', 409, 'failed', 'A copy of this event is being handled', {}],
  ['store_unavailable', 503, 'failed', 'The event store is not available', { 'retry-after': '10' }],
  ['handler_failed', 500, 'failed', 'The handler failed', {}],
  ['handler_timeout', 503, 'failed', 'The handler ran out of time', {}],
] as const;

describe('a response', () => {
  it.each(ANSWERS)('%s: %d, %s', (code, status, result, message, headers) => {
    const outcome = rejected(code);
    expect(outcome).toEqual({
      result,
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ error: { code, message } }),
      event: undefined,
      error: expect.objectContaining({ name: 'WebhookError', code, status, message }),
    });
    expect(outcome.error).not.toHaveProperty('cause');
  });

  it('hints stay with the receiver, unless its route is set up wrong', () => {
    const quiet = rejected('body_aborted', { hint: 'look at the proxy' });
    expect(quiet.error?.hint).toBe('look at the proxy');
    expect(quiet.body).not.toContain('proxy');
    const shown = rejected('body_already_parsed', { hint: 'Read it raw' });
    expect(JSON.parse(shown.body).error.message).toMatch(/parsed before the receiver\. Read it raw$/);
    expect(errorOf('signature_mismatch').hint).toBe(
      'Verify the bytes as received, never re-serialized, with the secret of this subscription',
    );
    expect(errorOf('timestamp_in_future').hint).toBe('Set the clock of this machine');
    expect(errorOf('handler_failed')).not.toHaveProperty('hint');
    expect(errorOf('payload_invalid')).toMatchObject({
      status: 200,
      message: 'The payload does not match the catalog',
    });
  });

  it('a wait is whole seconds, at least one', () => {
    const wait = (ms: number) => rejected('event_in_progress', { retryAfterMs: ms }).headers['retry-after'];
    expect([0, 1, 999, 1_000, 1_001, 45_000].map(wait)).toEqual(['1', '1', '1', '1', '2', '45']);
    expect(rejected('store_unavailable', { retryAfterMs: 3_000 }).headers['retry-after']).toBe('3');
  });

  it('a given message replaces the one of the table, a cause is kept, even undefined', () => {
    const outcome = rejected('body_not_json', { message: 'not at all', cause: undefined });
    expect(outcome.error?.message).toBe('not at all');
    expect(outcome.body).toBe('{"error":{"code":"body_not_json","message":"not at all"}}');
    expect(outcome.error).toHaveProperty('cause', undefined);
  });

  it('what was taken is 200 and JSON', () => {
    expect(acknowledged('processed')).toEqual({
      result: 'processed',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"received":true}',
      event: undefined,
    });
    expect(acknowledged('processed').error).toBeUndefined();
    const error = errorOf('handler_failed');
    expect(acknowledged('dead_lettered', { error }).error).toBe(error);
    expect(Object.isFrozen(acknowledged('processed').headers)).toBe(true);
  });
});

describe('what is refused of signed bytes', () => {
  it.each([
    ['scalar.json', 'The signed body is not an event: must be an object'],
    [
      '{"timestamp":"2024-03-31T12:00:00Z","data":{}}',
      'The signed body is not an event: event must be a non-empty string',
    ],
    ['{"event":"a","data":{}}', 'The signed body is not an event: timestamp must be an RFC 3339 timestamp with a zone'],
    ['{"event":"a","timestamp":"2024-03-31T12:00:00Z"}', 'The signed body is not an event: data must be an object'],
  ])('is named: %s', async (body, message) => {
    const outcome = await testReceiver().deliver(body.endsWith('.json') ? fixtureBytes(body) : body);
    expect(outcome).toMatchObject({ status: 400, error: { code: 'envelope_invalid', message } });
    expect(JSON.parse(outcome.body).error.message).toBe(message);
  });

  it('has the cause, but no word of the body in what is answered', async () => {
    const outcome = await testReceiver({ secrets: SECRET }).deliver('{"password":"hunter2"');
    expect(outcome.error?.cause).toBeInstanceOf(SyntaxError);
    expect(outcome.body).toBe('{"error":{"code":"body_not_json","message":"The signed body is not JSON"}}');
  });
});
