import { describe, expect, it } from 'vitest';
import { hmac, start, startEndpoint } from './harness.js';

const { url, received } = await startEndpoint();

describe('dev', () => {
  it('registers, delivers what is typed, ends on Ctrl-C', async () => {
    const dev = start(['dev', url, '--json'], { open: true });
    await dev.said(/"type":"ready"/);
    dev.type('video.deleted\nnonsense\n');
    await dev.said(/attempt_finished/);
    await dev.said(/unknown event "nonsense"/);
    dev.kill('SIGINT');
    const { code, out } = await dev.done;
    expect(code).toBe(130);
    for (const line of out.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    expect(received[0]?.headers['x-videocloud-signature']).toBe(hmac(received[0]?.body ?? ''));
  });
});
