import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSender } from '@videocloud/webhooks-sender';
import { afterAll, describe, expect, it } from 'vitest';
import { createInspector } from '../src/index.js';
import { PROBE_MODES } from '../src/protocol.js';
import { expressReceiver } from './support/express.js';

const SECRET = 'secret-of-the-subscription';
const BODY = '{"event":"video.updated", "timestamp":"2024-03-31T12:00:00Z","data":{"title":"Ж ’</script>"}}';

/** The vitest file of one delivery of each mode, as the page's server exports it. */
async function exportedCode(): Promise<string> {
  const receiver = await expressReceiver(SECRET);
  const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true });
  const inspector = createInspector({ sender });
  const post = (path: string, body: object) =>
    inspector.fetch(
      new Request(`http://localhost/api${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  await post('/manage/webhooks', { url: receiver.url, events: ['video.updated'], secret: SECRET });
  const webhookId = sender.webhooks()[0]?.id;
  const ids: string[] = [];
  for (const mode of PROBE_MODES) {
    const answer = await post('/probe', { webhookId, mode, body: Buffer.from(BODY).toString('base64') });
    const { items } = (await answer.json()) as { items: { id: string }[] };
    ids.push(...items.map(({ id }) => id));
  }
  const code = await (await post('/export', { format: 'vitest', ids })).text();
  await inspector.close();
  await sender.close();
  await receiver.close();
  return code;
}

describe('an exported vitest file', async () => {
  const folder = mkdtempSync(join(import.meta.dirname, '.exports-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'exported.ts');
  const code = await exportedCode();
  writeFileSync(file, code);

  it('has a test for each delivery, a duplicate counted twice, and no secret', () => {
    expect(code.match(/^test\(/gm)).toHaveLength(PROBE_MODES.length + 1);
    expect(code).not.toContain(SECRET);
  });

  // Its tests become tests of this one, and pass as they are.
  await import(file);
});
