import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { type CheckOptions, checkReceiver, conformanceCases, listCases } from '../src/index.js';
import { effectsProbe, failNextProbe } from '../src/probe.js';
import { receiver, SECRET } from './support/reference-receiver.js';

const never = () => {
  throw new Error('must not be asked');
};

it.each([
  'http://example.com/',
  'http://10.0.0.1/',
  'http://127.0.0.1.nip.io/',
  'http://localhost.example.com/',
  'http://[2001:db8::1]/',
  'http://1.127.0.0/',
])('refuses %s, naming the way out', async (url) => {
  const refusal = checkReceiver(url, { secret: SECRET, effects: never });
  await expect(refusal).rejects.toMatchObject({
    code: 'host_refused',
    message: expect.stringMatching(/iOwnThisHost.*--i-own-this-host/s),
  });
});

it('names only the very host', async () => {
  await expect(
    checkReceiver('http://a.example.invalid/', { secret: SECRET, hosts: ['example.invalid', ''] }),
  ).rejects.toMatchObject({ code: 'host_refused' });
  await expect(
    checkReceiver('http://a.example.invalid/', { secret: SECRET, hosts: ['a.example.invalid'] }),
  ).rejects.toMatchObject({ code: 'target_unreachable' });
  await expect(
    checkReceiver('http://b.example.invalid/', { secret: SECRET, iOwnThisHost: true }),
  ).rejects.toMatchObject({ code: 'target_unreachable' });
});

it('says what is wrong with an option before it sends anything', async () => {
  await expect(checkReceiver('http://localhost:1/', { secret: '  ' })).rejects.toThrow(TypeError);
  await expect(checkReceiver('ftp://localhost/', { secret: SECRET })).rejects.toMatchObject({ code: 'target_invalid' });
  await expect(checkReceiver('localhost', { secret: SECRET })).rejects.toMatchObject({ code: 'target_invalid' });
  await expect(checkReceiver('http://127.0.0.1:1/', { secret: SECRET })).rejects.toMatchObject({
    code: 'target_unreachable',
  });
  await expect(checkReceiver('http://127.0.0.1:1/', { secret: SECRET, only: ['signature.absnt'] })).rejects.toThrow(
    /Did you mean "signature.absent"/,
  );
});

it('lists cases with ids of their own, and keeps only and skip', async () => {
  const ids = listCases().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(70);
  expect(conformanceCases({ only: ['time'], skip: ['time.fifty'] }).map(({ id }) => id)).not.toContain('time.fifty');
  const served = await receiver();
  const report = await checkReceiver(served.url, {
    secret: SECRET,
    fast: true,
    only: ['signature'],
    skip: ['signature.absent'],
  }).finally(served.close);
  expect(report.results.every(({ family }) => family === 'signature')).toBe(true);
  expect(report.results.find(({ id }) => id === 'signature.absent')).toMatchObject({ status: 'skipped' });
  expect(report.level).toBe('none');
});

it('stops when told to, and when the endpoint is gone', async () => {
  const stopped = await receiver();
  const control = new AbortController();
  const report = await checkReceiver(stopped.url, {
    secret: SECRET,
    fast: true,
    signal: control.signal,
    onResult: ({ id }) => id === 'signature.prefixes' && control.abort(),
  }).finally(stopped.close);
  expect(report).toMatchObject({ interrupted: true, level: 'none', failed: 0 });
  const gone = await receiver();
  const rest = await checkReceiver(gone.url, {
    secret: SECRET,
    fast: true,
    only: ['signature'],
    onResult: ({ id }) => void (id === 'signature.absent' && gone.close()),
  });
  expect(rest.failed).toBe(1);
  expect(rest.results.at(-1)?.detail).toMatch(/the endpoint stopped answering during signature.blank/);
});

it('bounds a probe that hangs, and says what a probe must be before it sends anything', async () => {
  const hangs = () => new Promise<number>(() => undefined);
  await expect(effectsProbe(hangs, 50)?.(new Uint8Array())).rejects.toMatchObject({
    code: 'effects_failed',
    message: expect.stringContaining('did not answer within 50 ms'),
  });
  await expect(
    failNextProbe(async () => void (await hangs()), 50)?.({ body: new Uint8Array(), event: null, key: '' }),
  ).rejects.toThrow('did not answer within 50 ms');
  for (const wrong of [
    { effects: 5 },
    { failNext: 5 },
    { effects: { command: [] } },
    { failNext: { command: 'grep' } },
    { effects: 'nope' },
    { only: 'signature' },
    { skip: 5 },
    { fast: 'false' },
    { hosts: 'example.com' },
    { iOwnThisHost: 'false' },
    { iOwnThisHost: 1 },
    { iOwnThisHost: null },
    { headers: ['a'] },
    { headers: new Headers({ a: 'b' }) },
    { headers: new Map([['a', 'b']]) },
    { headers: { 'x-a': 5 } },
    { signal: {} },
    { now: 5 },
    { nonce: 5 },
    { event: 5 },
    { deadline: 1e12 },
    { timeLimit: 1e12 },
    { onResult: 'print' },
  ]) {
    const options = { secret: SECRET, ...wrong } as unknown as CheckOptions;
    await expect(checkReceiver(() => never(), options)).rejects.toThrow(TypeError);
  }
});

it('takes nothing but true for the owner’s word', async () => {
  for (const word of ['true', 'false', 'yes', 1, {}, []]) {
    const options = { secret: SECRET, iOwnThisHost: word } as unknown as CheckOptions;
    await expect(checkReceiver('http://b.example.invalid/', options)).rejects.toThrow(/iOwnThisHost must be a boolean/);
  }
  await expect(
    checkReceiver('http://b.example.invalid/', { secret: SECRET, iOwnThisHost: false }),
  ).rejects.toMatchObject({ code: 'host_refused' });
});

it('names the nearest option for one that does not exist', async () => {
  for (const [wrong, right] of [
    ['iOwnTheHost', 'iOwnThisHost'],
    ['timelimit', 'timeLimit'],
    ['effect', 'effects'],
  ] as const) {
    const options = { secret: SECRET, [wrong]: undefined } as unknown as CheckOptions;
    await expect(checkReceiver(() => never(), options)).rejects.toThrow(
      `There is no option "${wrong}". Did you mean "${right}"?`,
    );
  }
});

it('shows no credentials of a target that is not a URL', async () => {
  const refusal = await checkReceiver('http://user:hunter2@:80/', { secret: SECRET }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'target_invalid' });
  expect(inspect(refusal, { depth: 9, showHidden: true })).not.toContain('hunter2');
});
