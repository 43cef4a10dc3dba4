import { type ChildProcess, spawn } from 'node:child_process';
import { sent } from './delivery-factory.js';
import { ConformanceError } from './errors.js';
import type { CheckOptions, EffectsFunction, ProbeCommand, SentDelivery } from './types.js';

/** Longest a probe may take, in milliseconds: it is the user's own code, and a hang would hide behind the endpoint. */
const PROBE_TIMEOUT = 10_000;

/** Most characters a probe may answer: a number needs few. */
const MAX_REPLY = 4_096;

/** How long the output of a command that has ended is waited for, in milliseconds. */
const HELD_OPEN = 100;

type Arm = (delivery: SentDelivery) => Promise<void>;

/** The effects option as a function that answers a count or throws a ConformanceError. */
export function effectsProbe(
  effects: CheckOptions['effects'],
  timeout = PROBE_TIMEOUT,
): ((body: Uint8Array) => Promise<number>) | undefined {
  if (effects === undefined) return undefined;
  const ask = asker(effects, timeout);
  return async (body) => {
    let count: unknown;
    try {
      count = await ask(sent(body));
    } catch (cause) {
      throw failure('effects', `failed (${messageOf(cause)})`, cause);
    }
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) {
      throw failure(
        'effects',
        `answered ${typeof count === 'number' ? count : `a ${typeof count}`}, not a whole number from 0`,
        undefined,
      );
    }
    return count;
  };
}

/** The failNext option as a function that arms the handler or throws a ConformanceError. */
export function failNextProbe(failNext: CheckOptions['failNext'], timeout = PROBE_TIMEOUT): Arm | undefined {
  if (failNext === undefined) return undefined;
  const arm = armer(failNext, timeout);
  return async (delivery) => {
    try {
      await arm(delivery);
    } catch (cause) {
      // A handler that was never armed succeeds: without this error, the receiver would be blamed.
      throw failure('failNext', `failed (${messageOf(cause)})`, cause);
    }
  };
}

function armer(failNext: NonNullable<CheckOptions['failNext']>, timeout: number): Arm {
  if (typeof failNext === 'function') return (delivery) => within(timeout, async () => failNext(delivery));
  if (isCommand(failNext, 'failNext')) {
    return async (delivery) => {
      const { code } = await run(failNext, delivery, 'ignore', timeout);
      if (code !== 0) throw new Error(`the command ended with exit code ${code}`);
    };
  }
  const url = probeUrl(failNext, 'failNext');
  return async (delivery) => {
    const response = await call(url, delivery, 'POST');
    await response.body?.cancel();
  };
}

function asker(effects: NonNullable<CheckOptions['effects']>, timeout: number): EffectsFunction {
  if (typeof effects === 'function') return (delivery) => within(timeout, async () => effects(delivery));
  if (isCommand(effects, 'effects'))
    return async (delivery) => toCount((await run(effects, delivery, 'pipe', timeout)).output);
  const url = probeUrl(effects, 'effects');
  return async (delivery) => toCount(await shortText(await call(url, delivery, 'GET')));
}

/** The result of the user's function or program, which may hang. */
async function within<T>(timeout: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer within ${timeout} ms`)), timeout);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function isCommand(value: string | URL | ProbeCommand, option: string): value is ProbeCommand {
  if (typeof value !== 'object' || value === null || !('command' in value)) return false;
  const { command }: { command: unknown } = value;
  if (!Array.isArray(command) || command.length === 0 || !command.every((word) => typeof word === 'string')) {
    throw new TypeError(`${option}.command must be a list of strings: [program, ...arguments].`);
  }
  return true;
}

function probeUrl(value: string | URL, option: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(value);
  } catch {
    url = undefined;
  }
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TypeError(`${option} must be a function, an http or https URL, or { command: [program, ...arguments] }.`);
  }
  return url;
}

async function call(url: URL, delivery: SentDelivery, method: 'GET' | 'POST'): Promise<Response> {
  const asked = new URL(url);
  asked.searchParams.set('key', delivery.key);
  if (delivery.event !== null) asked.searchParams.set('event', delivery.event);
  const response = await fetch(asked, { method, redirect: 'error', signal: AbortSignal.timeout(PROBE_TIMEOUT) });
  if (!response.ok) throw new Error(`the probe's URL answered ${response.status}`);
  return response;
}

async function shortText(response: Response): Promise<string> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.length > MAX_REPLY) throw new Error('the probe answered more than a number');
  }
  return text;
}

function toCount(text: string): number {
  const trimmed = text.trim();
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed);
  try {
    const value: unknown = JSON.parse(trimmed);
    if (typeof value === 'object' && value !== null && 'count' in value && typeof value.count === 'number')
      return value.count;
  } catch {
    // Not JSON either: the error below says what was wanted.
  }
  throw new Error('the probe answered neither a number nor {"count": n}');
}

/** Runs the command; `stdout` is `ignore` where only the exit code counts. */
async function run(
  { command }: ProbeCommand,
  delivery: SentDelivery,
  stdout: 'pipe' | 'ignore',
  timeout: number,
): Promise<Ended> {
  const [program, ...given] = command;
  const args = given.map((argument) =>
    argument.replaceAll('{key}', delivery.key).replaceAll('{event}', delivery.event ?? ''),
  );
  const child = spawn(program, args, {
    stdio: ['pipe', stdout, 'inherit'],
    env: { ...process.env, VIDEOCLOUD_DELIVERY_KEY: delivery.key, VIDEOCLOUD_DELIVERY_EVENT: delivery.event ?? '' },
  });
  // A probe such as `grep -c` never reads its input, and says 0 with exit code 1: the number counts, not the code.
  child.stdin?.on('error', () => undefined).end(delivery.body);
  try {
    return await within(timeout, () => endOf(child));
  } finally {
    // A program the command has started may hold the pipes long after it, and this process with them.
    child.kill('SIGKILL');
    child.stdin?.destroy();
    child.stdout?.destroy();
  }
}

interface Ended {
  readonly output: string;
  readonly code: number | null;
}

/** Resolves when the command has ended and what it wrote is read. */
function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let output = '';
    const settle = (code: number | null, signal: string | null) =>
      signal === null ? resolve({ output, code }) : reject(new Error(`the command was ended by ${signal}`));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > MAX_REPLY) reject(new Error('the probe answered more than a number'));
    });
    child.on('error', reject);
    child.on('close', settle);
    // `close` waits for every program that holds the output. The immediate comes after a read of what is in the pipe.
    child.on('exit', (code, signal) => setTimeout(() => setImmediate(settle, code, signal), HELD_OPEN));
  });
}

/** What each probe is for, as the end of its error. */
const PURPOSE = {
  effects: 'It must say how often one delivery was handled.',
  failNext: 'It must make the handler fail for one delivery, and succeed itself.',
} as const;

function failure(option: keyof typeof PURPOSE, what: string, cause: unknown): ConformanceError {
  return new ConformanceError('effects_failed', `The \`${option}\` probe ${what}. ${PURPOSE[option]}`, { cause });
}

/** The message of what was thrown and, of `fetch failed`, of its cause. */
function messageOf(thrown: unknown): string {
  const { message, cause } = (thrown ?? {}) as { message?: unknown; cause?: { message?: unknown } | null };
  if (typeof message !== 'string') return String(thrown);
  return typeof cause?.message === 'string' && cause.message !== '' ? `${message}: ${cause.message}` : message;
}
