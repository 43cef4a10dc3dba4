import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { answering } from '../../../tests/support/answering.js';

export const BIN = new URL('../bin/videocloud-webhooks.js', import.meta.url).pathname;
export const SECRET = 'cli-Sup3r-s3cret/value+1';
export const dir = mkdtempSync(join(tmpdir(), 'videocloud-cli-'));
export const path = (name: string) => join(dir, name);
export const SECRET_FILE = path('secret.txt');
writeFileSync(SECRET_FILE, `${SECRET}\n`);

/** All output of the commands of this test file. */
const corpus = path('all-output.txt');
/** Digests that must not be in it. */
export const expected: string[] = [];

export function hmac(body: Uint8Array | string): string {
  return createHmac('sha256', SECRET).update(body).digest('hex');
}

export function put(name: string, content: Uint8Array | string): string {
  writeFileSync(path(name), content);
  return path(name);
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly done: Promise<Ran>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves with the first match in what was said so far. */
  readonly said: (pattern: RegExp) => Promise<string>;
  readonly type: (text: string) => void;
  /** Resolves once the process holds this file open (Linux). */
  readonly opened: (file: string) => Promise<void>;
}

export interface Settings {
  readonly input?: string | Uint8Array;
  readonly env?: Record<string, string | undefined>;
  readonly pty?: boolean;
  readonly open?: boolean;
  /** Set where printing a digest is the verb's purpose. */
  readonly unrecorded?: boolean;
}

const quote = (word: string) => `'${word.replace(/'/g, "'\\''")}'`;

export function start(args: readonly string[], settings: Settings = {}): Running {
  const env = { PATH: process.env.PATH, HOME: dir, TERM: 'xterm', VIDEOCLOUD_WEBHOOK_SECRET: SECRET, ...settings.env };
  const command = [process.execPath, BIN, ...args];
  const child = settings.pty
    ? spawn('script', ['-qec', command.map(quote).join(' '), '/dev/null'], { env })
    : spawn(process.execPath, [BIN, ...args], { env });
  let out = '';
  let err = '';
  const record = (text: string) => {
    if (settings.unrecorded !== true) appendFileSync(corpus, text);
  };
  child.stdout.on('data', (chunk) => {
    out += chunk;
    record(String(chunk));
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
    record(String(chunk));
  });
  child.stdin.on('error', () => undefined);
  if (settings.input !== undefined) child.stdin.end(settings.input);
  else if (settings.open !== true && settings.pty !== true) child.stdin.end();
  const done = new Promise<Ran>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return {
    done,
    kill: (signal) => void child.kill(signal),
    type: (text) => void child.stdin.write(text),
    opened: async (file) => {
      const fds = `/proc/${child.pid}/fd`;
      const links = () => readdirSync(fds).map((fd) => readlinkSync(`${fds}/${fd}`, 'utf8'));
      await expect.poll(links, { timeout: 30_000 }).toContain(file);
    },
    said: async (pattern) => {
      for (let waited = 0; waited < 30_000; waited += 20) {
        const found = pattern.exec(out + err);
        if (found !== null) return found[1] ?? found[0];
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`not said: ${pattern} in ${out}${err}`);
    },
  };
}

export function cli(args: readonly string[], settings: Settings = {}): Promise<Ran> {
  return start(args, settings).done;
}

// In every test file: no output of its commands holds a secret or a digest that should stay unknown.
afterAll(() => {
  const output = existsSync(corpus) ? readFileSync(corpus, 'utf8') : '';
  expect(output).not.toContain(SECRET);
  for (const digest of expected) expect(output).not.toContain(digest);
});

export interface Endpoint {
  readonly url: string;
  readonly received: { headers: IncomingHttpHeaders; body: Buffer }[];
  /** What it answers; 200 at first. */
  status: number;
}

/** A real endpoint that keeps what it gets; closed after the tests of the file. */
export async function startEndpoint(): Promise<Endpoint> {
  const endpoint: { -readonly [K in keyof Endpoint]: Endpoint[K] } = { url: '', received: [], status: 200 };
  const server = createServer(
    answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      endpoint.received.push({ headers: request.headers, body: Buffer.concat(chunks) });
      const { status } = endpoint;
      response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end('answer');
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return endpoint;
}
