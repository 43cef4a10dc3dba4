import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sign } from '@videocloud/webhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answering } from '../../../tests/support/answering.js';
import { curlOf, shellWord } from '../src/commands.js';
import type { AttemptView } from '../src/protocol.js';

const run = promisify(execFile);
const CLI = new URL('../../cli/bin/videocloud-webhooks.js', import.meta.url).pathname;
const SECRET = 'inspector-S3cret/value+1';

/** What a real server got, request by request. */
async function captureServer() {
  const bodies: Buffer[] = [];
  const server = createServer(
    answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(Buffer.concat(chunks));
      response.end('ok');
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks?q=[a]{b}&it's=$HOME` };
}

async function attemptOf(url: string, body: Buffer): Promise<AttemptView> {
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'VideoCloud-Webhooks/1.0',
    'X-VideoCloud-Signature': await sign(body, SECRET),
  };
  return { number: 1, trigger: 'event', startedAt: '', durationMs: 1, request: { url, headers } };
}

const envelope = (data: string): string =>
  `{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"${data}"}}`;

const BODIES: readonly [string, Buffer][] = [
  ['ASCII', Buffer.from(envelope('vid_1'))],
  ['Cyrillic, an emoji and a combining accent', Buffer.from(envelope('Видео 🎬 e\u0301 é'))],
  ['both quotes, a backslash, a dollar, a backtick, an exclamation mark', Buffer.from(envelope('\\"\'\\\\$HOME`x`!'))],
  ['line breaks, a tab, and a newline at the end', Buffer.from(`{\r\n\t"event": "x"\n}\n`)],
  ['digits right after an escape', Buffer.from(envelope('é1\u00017\u20282'))],
  ['invisible and bidirectional characters', Buffer.from(envelope('\u200b\u202e\ufeff'))],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xc3, 0x31, 0x80, 0x27, 0x5c, 0x7f, 0x7d])],
  ['a NUL', Buffer.from('{"a":"\0"}')],
  ['a leading @', Buffer.from('@/etc/passwd')],
  ['many bytes', Buffer.from(envelope('я'.repeat(20_000)))],
];

describe('copy as curl', () => {
  it.each(BODIES)('sends the very bytes through bash and curl: %s', async (_name, body) => {
    const { bodies, url } = await captureServer();
    const attempt = await attemptOf(url, body);
    await run('bash', ['-c', curlOf(attempt, body.toString('base64'), body).replaceAll('curl -i', 'curl -sS -i')]);
    expect(bodies).toEqual([body]);
  });

  it.each(BODIES)('is read by our own verify and explain: %s', async (_name, body) => {
    const folder = mkdtempSync(join(tmpdir(), 'inspector-curl-'));
    const attempt = await attemptOf('http://127.0.0.1:9/webhooks', body);
    writeFileSync(join(folder, 'request.sh'), curlOf(attempt, body.toString('base64'), body));
    writeFileSync(join(folder, 'secret.txt'), SECRET);
    for (const verb of ['verify', 'explain']) {
      const { stdout } = await run(
        process.execPath,
        [CLI, verb, 'request.sh', '--secret-file', 'secret.txt', '--json'],
        { cwd: folder },
      );
      expect(JSON.parse(stdout)).toMatchObject(verb === 'verify' ? { ok: true } : { valid: true });
    }
  });

  it('quotes a word so that nothing in it takes effect', async () => {
    for (const word of ['', 'plain', "it's", '$(touch x)', 'a\nb', '\u001b[31m', '-n', '~', '*', '\u202e', 'я'])
      expect((await run('bash', ['-c', `printf '[%s]' ${shellWord(word)}`])).stdout).toBe(`[${word}]`);
  });
});
