import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { hmac, path, put, start } from './harness.js';

/** An endpoint that never answers. */
const arrived: (() => void)[] = [];
const silent = createServer(() => {
  for (const notify of arrived.splice(0)) notify();
});
await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
const nextRequest = () => new Promise<void>((resolve) => arrived.push(resolve));
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

describe('Ctrl-C ends with 130, at once and without an error', () => {
  const env = { VIDEOCLOUD_API_URL: url, VIDEOCLOUD_API_TOKEN: 'token-0123456789' };
  const desired = put('desired.yaml', '[{url: "https://a.test", events: [user.created]}]');
  it.each([
    [['trigger', 'video.uploaded', url]],
    [['trigger', 'video.uploaded', url, '--count', '1000', '--concurrency', '10', '--json']],
    [['check', url, '--fast']],
    [['subscriptions', 'list']],
    [['subscriptions', 'health']],
    [['subscriptions', 'health', '--watch']],
    [['subscriptions', 'ensure', desired]],
  ])('%j', async (args) => {
    const request = nextRequest();
    const running = start(args, { env, open: true });
    await request;
    running.kill('SIGINT');
    const { code, err } = await running.done;
    expect({ code, err }).toEqual({ code: 130, err: '' });
  });
});

describe.skipIf(process.platform !== 'linux')('a pipe that nobody writes to', () => {
  const pipe = path('pipe');
  execFileSync('mkfifo', [pipe]);
  it.each([
    [['sign', pipe]],
    [['trigger', 'video.uploaded', url, '--body', pipe]],
    [['sign', '/dev/null', '--secret-file', pipe]],
  ])('Ctrl-C ends %j', async (args) => {
    const running = start(args, { open: true });
    await running.opened(pipe);
    running.kill('SIGINT');
    const { code, err } = await running.done;
    expect({ code, err }).toEqual({ code: 130, err: '' });
  });

  it('is read when somebody writes', async () => {
    const running = start(['sign', pipe, '--json'], { unrecorded: true });
    writeFileSync(pipe, 'written late');
    expect(JSON.parse((await running.done).out)).toEqual({ signature: hmac('written late') });
  });
});

describe('what is no ordinary file', () => {
  it.each([
    ['a device without an end', '/dev/zero', /cannot read \/dev\/zero: it is over 64 MiB/],
    ['a folder', path('.'), /cannot read .*EISDIR/],
    ['nothing', path('absent'), /cannot read .*ENOENT/],
  ])('%s ends with 2 and one line', async (_, file, message) => {
    for (const args of [
      ['sign', file],
      ['trigger', 'video.uploaded', url, '--body', file],
    ]) {
      const { code, out, err } = await start(args).done;
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(message);
    }
  });

  it('an empty file is a body', async () => {
    expect(await start(['sign', '/dev/null'], { unrecorded: true }).done).toMatchObject({ code: 0 });
  });
});
