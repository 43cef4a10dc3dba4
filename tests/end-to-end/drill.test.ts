// The drill of docs/operate/drill.md: a handler with a bug, dead letters, a fix, and one command that has all of them handled.
// The gate runs it small; `npm run long -- drill` with 1,000 deliveries, and puts the recording into the page, in both languages.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSecret } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { createSender } from '@videocloud/webhooks-sender';
import { afterAll, describe, expect, it } from 'vitest';
import { isAvailable, startPostgres, startRedis } from '../support/services.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const CLI = join(ROOT, 'packages/cli/bin/videocloud-webhooks.js');
const { env: variables } = process;
const DELIVERIES = Number(variables.DELIVERIES ?? 60);
const PER_SECOND = Number(variables.PER_SECOND ?? 500);
const RECORD = variables.RECORD?.split(' ') ?? [];
const SECRET = generateSecret();

const folder = mkdtempSync(join(tmpdir(), 'drill-'));
const recordings: { engine: string; text: string; seconds: number }[] = [];
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const page of RECORD) record(page);
});

describe.each([
  ['SQLite', true, async () => ({ url: `file:${join(folder, 'inbox.db')}`, stop: async () => {} })],
  ['PostgreSQL', isAvailable('postgres'), () => startPostgres()],
  ['Redis', isAvailable('redis'), () => startRedis({ args: ['--appendonly', 'yes'] })],
] as const)('the drill on %s', (engine, available, startEngine) => {
  it.skipIf(!available)(
    `ends with ${DELIVERIES} deliveries handled once each`,
    async () => {
      const store = await startEngine();
      const effects = join(folder, `${engine}.txt`);
      writeFileSync(effects, '');
      const lines: string[] = [];
      const env = { ...process.env, INBOX_URL: store.url, EFFECTS: effects, VIDEOCLOUD_WEBHOOK_SECRET: SECRET };
      const run = (...args: string[]) => command(args, env);
      const recorded = async (args: string[], shown = args.join(' ')) => {
        const { code, out } = await run(...args);
        expect(code).toBe(0);
        lines.push(`$ videocloud-webhooks ${shown}`, out.trimEnd(), '');
        return out;
      };

      lines.push('# The release with the bug receives.', '');
      let app = await startApp({ ...env, BUG: '1' });
      await deliver(app.port);
      await expect
        .poll(async () => (await run('inbox', 'stats', '--fail-if', `dead<${DELIVERIES}`)).code, { timeout: 300_000 })
        .toBe(0);
      await recorded(['inbox', 'stats']);
      await recorded(['inbox', 'list', '--state', 'dead', '--limit', '3']);
      expect(readFileSync(effects, 'utf8')).toBe('');

      lines.push('# The fix is deployed.', '');
      await app.stop();
      app = await startApp(env);
      expect(await recorded(['inbox', 'retry', '--all'])).toMatch(new RegExp(`^would retry ${DELIVERIES} `));
      const began = performance.now();
      const retry = ['inbox', 'retry', '--all', '--yes', '--per-second', String(PER_SECOND)];
      expect(await recorded(retry)).toBe(`retried ${DELIVERIES}\n`);
      const seconds = (performance.now() - began) / 1_000;
      await expect
        .poll(async () => (await run('inbox', 'stats', '--fail-if', 'waiting>0,running>0')).code, { timeout: 300_000 })
        .toBe(0);
      await recorded(['inbox', 'stats', '--fail-if', 'dead>0'], "inbox stats --fail-if 'dead>0'");
      await app.stop();
      await store.stop();

      const handled = readFileSync(effects, 'utf8').trimEnd().split('\n');
      expect(handled.length).toBe(DELIVERIES);
      expect(new Set(handled).size).toBe(DELIVERIES);
      recordings.push({ engine, text: lines.join('\n').trimEnd(), seconds });
    },
    600_000,
  );
});

/** VideoCloud, in small, delivers to the application. */
async function deliver(port: number): Promise<void> {
  const sender = await createSender({ allowPrivateAddresses: true });
  const { url } = await sender.listen();
  const body = { url: `http://127.0.0.1:${port}/webhooks`, events: ['video.processed'], secret: SECRET };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/webhooks`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
  for (let n = 0; n < DELIVERIES; n++) {
    const { event, data } = fixture('video.processed', { data: { videoId: `vid_${n}` } });
    await sender.emit({ event, data });
  }
  await sender.idle();
  await sender.close();
}

async function startApp(env: NodeJS.ProcessEnv): Promise<{ port: number; stop(): Promise<void> }> {
  const child: ChildProcess = fork(join(ROOT, 'tests/end-to-end/programs/drill-app.js'), {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', () => reject(new Error('The application of the drill did not start')));
  });
  return {
    port,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function command(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })));
}

/** Puts what was recorded into a page: the figures of each engine's row, and the terminal of the first engine. */
function record(page: string): void {
  const file = join(ROOT, page);
  const locale = page.includes('/ru/') ? 'ru' : 'en';
  let text = readFileSync(file, 'utf8');
  for (const { engine, seconds } of recordings) {
    const figures = seconds.toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const row = new RegExp(`^(\\| ${engine} +\\| )\\d+( +\\| )[\\d.,]+(.*?\\| )\\d+`, 'm');
    expect(text).toMatch(row);
    text = text.replace(row, `$1${DELIVERIES}$2${figures}$3${DELIVERIES}`);
  }
  const terminal = /(?<=^```text\n).*?(?=^```$)/ms;
  expect(text).toMatch(terminal);
  writeFileSync(
    file,
    text.replace(terminal, () => `${recordings[0]?.text ?? ''}\n`),
  );
}
