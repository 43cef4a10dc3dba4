import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { readSecrets } from '../src/input/secrets.js';

it('turns the echo off before it asks, since whoever answers at once would be shown the secret', async () => {
  const seen: string[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => void seen.push(raw ? 'echo off' : 'echo on'),
  });
  const stderr = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        seen.push(String(chunk));
        done();
      },
    }),
    { isTTY: true },
  );
  const asked = readSecrets({ stdin, stdout: stderr, stderr, env: {}, signal: new AbortController().signal }, {});
  stdin.write('typed-at-once\r');
  expect(await asked).toEqual(['typed-at-once']);
  expect(seen).toEqual(['echo off', 'secret (not shown): ', 'echo on', '\n']);
});
