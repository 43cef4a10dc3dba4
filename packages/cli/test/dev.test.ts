import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BIN, hmac, start, startEndpoint } from './harness.js';

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

  it('shows deliveries, answers and what comes next in lines of plain words', async () => {
    const endpoint = await startEndpoint();
    const dev = start(['dev', endpoint.url], { open: true });
    await dev.said(/Ctrl-C ends/);
    dev.type('video.deleted\n');
    await dev.said(/→ video\.deleted {2}del_\w+\n← video\.deleted {2}del_\w+ {2}200 delivered/);
    endpoint.status = 500;
    dev.type('user.created\n');
    await dev.said(/← user\.created {2}del_\w+ {2}500 failed, will be retried/);
    dev.kill('SIGINT');
    expect((await dev.done).code).toBe(130);
  });

  it('says once, below the first 401, which secret the endpoint needs', async () => {
    const endpoint = await startEndpoint();
    endpoint.status = 401;
    const dev = start(['dev', endpoint.url], { open: true });
    await dev.said(/Ctrl-C ends/);
    dev.type('video.deleted\n');
    await dev.said(/note: 401 refuses the signature: the endpoint must have the secret of this run, .*--secret-file/);
    dev.type('user.created\n');
    await dev.said(/← user\.created {2}del_\w+ {2}401 failed/);
    dev.kill('SIGINT');
    const { out, err } = await dev.done;
    expect(`${out}${err}`.match(/note: 401/g)).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')(
    'goes on where its input cannot be read, as under nohup; SIGTERM ends it',
    async () => {
      const child = spawn(process.execPath, [BIN, 'dev', '--json'], {
        stdio: [openSync('/dev/null', 'w'), 'pipe', 'pipe'],
      });
      let err = '';
      child.stderr?.on('data', (chunk) => {
        err += chunk;
      });
      await expect.poll(() => err).toMatch(/event names cannot be typed: EBADF/);
      child.kill('SIGTERM');
      const [code] = await once(child, 'close');
      expect({ code, lines: err.trim().split('\n').length }).toEqual({ code: 130, lines: 1 });
    },
  );

  it('says that nothing is subscribed', async () => {
    const dev = start(['dev'], { open: true });
    await dev.said(/none: give your endpoint/);
    dev.type('video.deleted\n');
    await dev.said(/note: no active webhook is subscribed to video\.deleted/);
    dev.kill('SIGINT');
    expect((await dev.done).code).toBe(130);
  });
});
