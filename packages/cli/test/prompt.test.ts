import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readSecrets } from '../src/input/secrets.js';
import { hmac, put, SECRET, start } from './harness.js';

const BODY = put('prompt.json', '{}');
const env = { VIDEOCLOUD_WEBHOOK_SECRET: undefined };
const verify = ['verify', BODY, '--signature', hmac('{}')];

describe('the prompt for a secret', () => {
  it('turns the echo off before it asks, so that an answer typed at once is not shown', async () => {
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
    expect(seen[0]).toBe('echo off');
    expect(seen.join('')).toContain('secret (not shown):');
    expect(seen.join('')).not.toContain('typed-at-once');
    expect(seen.lastIndexOf('echo on')).toBeGreaterThan(0);
  });

  it.each([
    ['as it is', SECRET],
    ['arrow keys, home and end', `\u001b[D\u001b[C\u001b[A\u001b[B\u001b[H\u001b[F${SECRET}`],
    ['an arrow key between letters', `${SECRET.slice(0, 5)}\u001b[D\u001b[C${SECRET.slice(5)}`],
    ['backspaces', `x${SECRET}zz\u007f\u007f\u001b[H\u001b[3~`],
    ['keys without a character', `\u001bOP\u001b[5~${SECRET}\u001b[6~`],
    ['a whole line that is deleted', `nonsense\u0015${SECRET}`],
  ])('takes no key for a character: %s', async (_, typed) => {
    const asking = start(verify, { pty: true, open: true, env });
    await asking.said(/not shown/);
    asking.type(`${typed}\r`);
    const { code, out } = await asking.done;
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/valid/) });
    expect(out).not.toContain(SECRET);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-C behind letters', 'abc\u0003'],
  ])('%s ends with 130 and leaves the terminal as it was', async (_, typed) => {
    const asking = start(verify, { pty: true, open: true, env });
    await asking.said(/not shown/);
    asking.type(typed);
    const { code, out } = await asking.done;
    expect(code).toBe(130);
    expect(out).not.toContain('error');
  });
});
