// Runs every command of the runbook, section by section, where the section's trouble is real.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { openInbox } from '@videocloud/webhooks-inbox';
import { createSender } from '@videocloud/webhooks-sender';
import { afterEach, describe, expect, it } from 'vitest';
import { fences, ROOT, readPage } from './snippets/extract.js';

const PAGE = 'docs/operate/when-something-is-wrong.md';
const CLI = join(ROOT, 'packages/cli/bin/videocloud-webhooks.js');
const TOKEN = 'runbook-token-0123456789';
const SECRET = 'runbook-secret-0123456789';

const sections = readPage(PAGE)
  .split(/^## /m)
  .map((text) => ({
    title: text.split('\n')[0] ?? '',
    commands: fences(PAGE, text)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) => code.split('\n'))
      .filter((line) => line.startsWith('videocloud-webhooks ')),
  }));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it('has commands in each section', () => {
  expect(sections.length).toBe(8);
  for (const { title, commands } of sections) expect([title, commands.length]).not.toEqual([title, 0]);
});

describe.each(sections)('$title', ({ commands }) => {
  it('has commands that run, and end as the page says', { timeout: 300_000 }, async () => {
    const scene = await trouble();
    for (const line of commands) {
      const { code, output } = await run(line, scene);
      const expected = /# exits (\d)/.exec(line)?.[1] ?? (line.includes('# until Ctrl-C') ? 130 : 0);
      expect([line, code, output]).toEqual([line, Number(expected), expect.stringMatching(/\S/)]);
      expect(output).not.toContain(SECRET);
      expect(output).not.toContain(TOKEN);
    }
  });
});

interface Scene {
  readonly folder: string;
  readonly webhookId: string;
  readonly deadId: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A webhook that was switched off, an inbox with dead letters, a request signed with another secret. */
async function trouble(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const url = `file:${join(folder, 'inbox.db')}`;
  const deadId = await deadLetters(url);
  const { api, webhookId } = await webhookThatIsOff();
  const { body, headers } = await signedBody(fixture('video.processed'), 'another secret');
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  writeFileSync(
    join(folder, 'request.http'),
    `POST /webhooks HTTP/1.1\r\nhost: a.test\r\n${head.join('')}\r\n${Buffer.from(body)}`,
  );
  writeFileSync(join(folder, 'secret.txt'), SECRET);
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, VIDEOCLOUD_API_URL: api, VIDEOCLOUD_API_TOKEN: TOKEN, INBOX_URL: url };
  return { folder, webhookId, deadId, env };
}

async function deadLetters(url: string): Promise<string> {
  const inbox = await openInbox(url, { maxAttempts: 1, onError: () => {}, onDead: () => {} });
  const bodies = (['video.processed', 'video.uploaded', 'video.deleted'] as const).map((name) =>
    Buffer.from(JSON.stringify(fixture(name))),
  );
  for (const rawBody of bodies) await inbox.accept({ rawBody });
  inbox.process(() => {
    throw new Error('no such table: videos');
  });
  await expect.poll(async () => (await inbox.stats()).dead, { timeout: 60_000 }).toBe(bodies.length);
  await inbox.close();
  return createHash('sha256')
    .update(bodies[0] ?? '')
    .digest('hex');
}

async function webhookThatIsOff(): Promise<{ api: string; webhookId: string }> {
  let status = 500;
  const endpoint = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => endpoint.once('listening', resolve));
  const sender = await createSender({ allowPrivateAddresses: true, token: TOKEN, clock: 'virtual' });
  closing.push(
    () => endpoint.close(),
    () => sender.close(),
  );
  const { url: api } = await sender.listen();
  const answer = await fetch(`${api}/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({
      url: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/webhooks`,
      events: ['video.processed'],
      secret: 'the old secret of this webhook',
    }),
  });
  const { data } = (await answer.json()) as { data: { id: string } };
  const { event, data: payload } = fixture('video.processed');
  await sender.emit({ event, data: payload });
  await sender.advance(3 * 3_600_000);
  status = 200;
  return { api, webhookId: data.id };
}

async function run(line: string, { folder, webhookId, deadId, env }: Scene) {
  const command = line
    .replace(/^videocloud-webhooks/, `exec '${process.execPath}' '${CLI}'`)
    .replaceAll('whk_123456', webhookId)
    .replaceAll(/\bID\b/g, deadId);
  const child = spawn('bash', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk.toString();
    // Once: a second Ctrl-C ends it where it stands.
    if (line.includes('# until Ctrl-C') && !child.killed) child.kill('SIGINT');
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
