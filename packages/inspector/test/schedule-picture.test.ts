import { describe, expect, it } from 'vitest';
import { pointsOf } from '../src/page/timeline/picture-points.js';
import type { AttemptView, DeliveryView } from '../src/protocol.js';

const MINUTE = 60_000;
const START = Date.parse('2024-03-31T12:00:00Z');
const SCHEDULE = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE);
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

const attempt = (number: number, minutes: number, failed = true): AttemptView => ({
  number,
  trigger: 'event',
  startedAt: at(minutes),
  durationMs: 1,
  request: { url: 'http://x/', headers: {} },
  ...(failed && { error: { code: 'http_status', message: '500' } }),
});
const delivery = (attempts: AttemptView[], more: Partial<DeliveryView> = {}): DeliveryView => ({
  id: 'del_1',
  webhookId: 'whk_1',
  event: 'video.updated',
  status: 'pending',
  timestamp: at(0),
  createdAt: at(0),
  retries: attempts.length - 1,
  body: '',
  attempts,
  ...more,
});

describe('the schedule as a picture', () => {
  it('shows what was done, what is next, and the end if each attempt fails', () => {
    const points = pointsOf(delivery([attempt(1, 0), attempt(2, 1)], { nextAttemptAt: at(6) }), SCHEDULE);
    expect(points.map(({ kind, number, after }) => [kind, number, after / MINUTE])).toEqual([
      ['failed', 1, 0],
      ['failed', 2, 1],
      ['next', 3, 6],
      ['planned', 4, 21],
      ['planned', 5, 51],
      ['end', 6, 111],
    ]);
    const places = points.map(({ place }) => place);
    expect([places[0], places.at(-1)]).toEqual([0, 100]);
    // Far enough apart to be told apart on a narrow page.
    for (const [index, place] of places.slice(1).entries()) expect(place - (places[index] ?? 0)).toBeGreaterThan(8);
  });

  it('ends with the attempt that succeeded, and plans nothing after a failure', () => {
    const done = delivery([attempt(1, 0), attempt(2, 1, false)], { status: 'success' });
    expect(pointsOf(done, SCHEDULE).map(({ kind }) => kind)).toEqual(['failed', 'done']);
    const failed = delivery([attempt(1, 0)], { status: 'failed' });
    expect(pointsOf(failed, SCHEDULE).map(({ kind }) => kind)).toEqual(['failed']);
  });

  it('bears a manual attempt beyond the schedule, a clock that stands, and no attempt at all', () => {
    const many = delivery(
      [1, 2, 3, 4, 5, 6, 7].map((number) => attempt(number, 0)),
      { nextAttemptAt: at(0) },
    );
    expect(pointsOf(many, SCHEDULE).at(-1)).toMatchObject({ kind: 'end', number: 8, after: 0, place: 0 });
    expect(pointsOf(delivery([]), SCHEDULE)).toEqual([]);
    expect(pointsOf(delivery([attempt(1, 0)], { nextAttemptAt: at(1) }), []).map(({ kind }) => kind)).toEqual([
      'failed',
      'end',
    ]);
  });
});
