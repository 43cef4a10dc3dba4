import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Live } from '../src/protocol.js';
import { LiveStream, MOST_READERS, UNREAD_LIMIT } from '../src/server/live-stream.js';
import { startInspector } from './support/start-inspector.js';

function liveStream(): LiveStream {
  const live = new LiveStream();
  onTestFinished(() => live.close());
  return live;
}

const started = (id: string): Live => ({ type: 'started', deliveryId: id });

/** Reads server-sent events until one has the text. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  let seen = '';
  while (!seen.includes(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after ${seen}`);
    seen += Buffer.from(value).toString();
  }
  return seen;
}

describe('the live stream', () => {
  it('serializes a batch once, however many pages follow', async () => {
    const live = liveStream();
    const readers = Array.from({ length: 20 }, () => live.respond().body?.getReader());
    const stringify = vi.spyOn(JSON, 'stringify');
    onTestFinished(() => stringify.mockRestore());
    live.send(started('del_1'));
    live.send(started('del_2'));
    for (const reader of readers) {
      if (reader === undefined) throw new Error('no body');
      expect(await readUntil(reader, 'del_2')).toContain('"del_1"');
    }
    expect(stringify).toHaveBeenCalledTimes(1);
  });

  it('drops a page that does not read and frees what waited for it; others go on', async () => {
    const live = liveStream();
    const stuck = live.respond();
    const quick = live.respond().body?.getReader();
    if (quick === undefined) throw new Error('no body');
    const text = 'x'.repeat(UNREAD_LIMIT / 4);
    for (let sent = 0; live.open === 2 && sent < 20; sent++) {
      live.send(started(`${sent}-${text}`));
      await readUntil(quick, `${sent}-${text}`);
    }
    expect(live.open).toBe(1);
    expect((await stuck.text()).length).toBe(0);
    live.send(started('del_last'));
    await readUntil(quick, 'del_last');
  });

  it('asks the pages to reload in place of a batch without end', async () => {
    const live = liveStream();
    const reader = live.respond().body?.getReader();
    if (reader === undefined) throw new Error('no body');
    for (let sent = 0; sent < 50_000; sent++) live.send(started(`del_${sent}`));
    expect((await readUntil(reader, '"outdated"')).length).toBeLessThan(2 * UNREAD_LIMIT);
  });

  it('keeps nothing while no page follows', () => {
    const live = liveStream();
    live.send(started('del_1'));
    expect(live.open).toBe(0);
  });
});

it('gives no place to a HEAD, which reads nothing', async () => {
  const { url } = await startInspector();
  for (let asked = 0; asked <= MOST_READERS; asked++) {
    const { status, headers } = await fetch(`${url}api/live`, { method: 'HEAD' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET']);
  }
  const stream = await fetch(`${url}api/live`);
  expect(stream.status).toBe(200);
  await stream.body?.cancel();
});
