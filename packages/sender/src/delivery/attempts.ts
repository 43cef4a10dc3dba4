import { sign } from '@videocloud/webhooks';
import type { Clock } from '../clock.js';
import type { AttemptResult, DeliveryTable, DueDelivery } from '../store/deliveries.js';
import type { GroupCommit } from '../store/group-commit.js';
import type { WebhookTable } from '../store/webhooks.js';
import { toAttemptError } from './attempt-error.js';
import { decide, endedByFailedWebhook, type RetrySchedule } from './policy.js';
import type { Transport, TransportResult } from './transport.js';

/** What attempts are made and recorded with. */
export interface AttemptParts {
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly deliveries: DeliveryTable;
  readonly webhooks: WebhookTable;
  readonly transport: Transport;
  readonly schedule: RetrySchedule;
  /** The headers of an attempt's request. */
  readonly headersOf: (due: DueDelivery, signature: string) => Record<string, string>;
  readonly onError: (error: unknown) => void;
}

/** Makes one attempt of a delivery and records what came of it. */
export class Attempts {
  readonly #parts: AttemptParts;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
  }

  /** Signs and sends the request; a failure is part of the result. URL and secret are those in force now, not those of the emission. */
  async make(due: DueDelivery): Promise<AttemptResult> {
    const { clock, webhooks, transport, headersOf, onError } = this.#parts;
    const url = webhooks.get(due.webhook)?.url ?? '';
    const startedAt = clock.now();
    const began = performance.now();
    let headers: Record<string, string> = {};
    let result: TransportResult;
    try {
      headers = headersOf(due, await sign(due.body, webhooks.secretOf(due.webhook) ?? ''));
      result = await transport.send(new URL(url), headers, due.body);
    } catch (error) {
      onError(error);
      result = { error: toAttemptError(error) };
    }
    return {
      url,
      startedAt,
      finishedAt: clock.now(),
      duration: performance.now() - began,
      requestHeaders: JSON.stringify(headers),
      response: result.response,
      error: result.error,
    };
  }

  /** Records an attempt and moves its delivery on; resolves, once durable, with when the next attempt is due. Rejects when the store fails. */
  record(due: DueDelivery, result: AttemptResult): Promise<number | null> {
    const { commit, deliveries, webhooks, schedule } = this.#parts;
    const failed = result.error !== undefined;
    return commit.commit(() => {
      const before = deliveries.state(due.seq);
      const decision = before && decide(before, { failed, finishedAt: result.finishedAt }, schedule);
      if (decision !== undefined) deliveries.record(due, result, decision);
      webhooks.touch(due.webhook, !failed, result.finishedAt);
      if (decision?.exhausted === true) {
        webhooks.fail(due.webhook);
        deliveries.endPending(due.webhook, endedByFailedWebhook(schedule));
      }
      return decision?.dueAt ?? null;
    });
  }
}
