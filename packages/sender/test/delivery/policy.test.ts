import { RETRY_DELAYS_MS } from '@videocloud/webhooks/protocol';
import { describe, expect, it } from 'vitest';
import { type DeliveryState, decide, endedByFailedWebhook } from '../../src/delivery/policy.js';

const schedule = { delays: RETRY_DELAYS_MS, delayOf: (index: number) => RETRY_DELAYS_MS[index] ?? 0 };
const NOW = 1_000_000;
const state = (changes: Partial<DeliveryState> = {}): DeliveryState => ({
  status: 'pending',
  origin: 'event',
  attempts: 0,
  resend: false,
  ...changes,
});
const after = (failed: boolean, changes: Partial<DeliveryState> = {}) =>
  decide(state(changes), { failed, finishedAt: NOW }, schedule);

describe('the retry policy', () => {
  it('retries after each delay of the guide, and exhausts the webhook at the last failure', () => {
    const waits = RETRY_DELAYS_MS.map((_, attempts) => (after(true, { attempts }).dueAt ?? 0) - NOW);
    expect(waits).toEqual([60_000, 300_000, 900_000, 1_800_000, 3_600_000]);
    expect(after(true, { attempts: 5 })).toMatchObject({ status: 'failed', dueAt: null, exhausted: true, attempts: 6 });
  });

  it('ends at a success, whatever came before', () => {
    for (const attempts of [0, 3, 5, 9])
      expect(after(false, { attempts })).toMatchObject({ status: 'success', dueAt: null, exhausted: false });
    expect(after(false, { status: 'failed', attempts: 6 }).status).toBe('success');
  });

  it('never retries a test, nor switches a webhook off over it', () => {
    expect(after(true, { origin: 'test' })).toMatchObject({ status: 'failed', dueAt: null, exhausted: false });
  });

  it('neither schedules nor exhausts a delivery that has ended', () => {
    expect(after(true, { status: 'failed', attempts: 5 })).toMatchObject({ dueAt: null, exhausted: false });
    expect(after(true, { status: 'success', attempts: 5 })).toMatchObject({
      status: 'success',
      dueAt: null,
      exhausted: false,
      keepsResponse: true,
    });
  });

  it('makes the manual attempt that was asked for next, at once', () => {
    for (const failed of [true, false])
      expect(after(failed, { resend: true })).toMatchObject({ dueAt: NOW, manual: true });
  });

  it('exhausts at the first failure when there is no delay, and names the attempt', () => {
    const none = { delays: [], delayOf: () => 0 };
    expect(decide(state(), { failed: true, finishedAt: NOW }, none).exhausted).toBe(true);
    expect(endedByFailedWebhook(none)).toMatch(/^webhook_failed: attempt 1 of another delivery failed/);
    expect(endedByFailedWebhook(schedule)).toMatch(/^webhook_failed: attempt 6 /);
  });
});
