import { DELIVERED_EVENT_TYPES, EVENT_SUMMARIES } from '@videocloud/webhooks/protocol';
import { expect, it } from 'vitest';
import { cli } from './harness.js';

it('types lists every name, which can be subscribed to, and samples', async () => {
  const rows: { event: keyof typeof EVENT_SUMMARIES; subscribable: boolean; meaning: string }[] = JSON.parse(
    (await cli(['types', '--json'])).out,
  );
  expect(rows.map(({ event }) => event)).toEqual([...DELIVERED_EVENT_TYPES]);
  expect(rows.filter(({ subscribable }) => subscribable)).toHaveLength(13);
  for (const { event, meaning } of rows) expect(meaning).toBe(EVENT_SUMMARIES[event]);
  expect(JSON.parse((await cli(['types', 'video.processed', '--sample'])).out).event).toBe('video.processed');
});
