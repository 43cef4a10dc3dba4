import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type CheckOptions, checkReceiver } from '../src/index.js';
import { effectsProbe, failNextProbe } from '../src/probe.js';
import { GENEROUS } from './support/mutants.js';
import { receiver, SECRET } from './support/reference-receiver.js';
import { serve } from './support/serve.js';

const ID = 'delivery.retry-after-failure';
const node = (script: string): { command: [string, ...string[]] } => ({ command: [process.execPath, '-e', script] });

async function run(failNext: CheckOptions['failNext']) {
  const served = await receiver();
  const { handled } = served.state;
  try {
    return await checkReceiver(served.url, {
      secret: SECRET,
      fast: true,
      ...GENEROUS,
      only: [ID],
      effects: ({ key }) => handled.get(key) ?? 0,
      failNext,
    });
  } finally {
    await served.close();
  }
}

describe('a failNext probe that does not work ends the run with its name', () => {
  it.each<[string, CheckOptions['failNext'], RegExp]>([
    ['a command that fails', node('process.exit(22)'), /exit code 22/],
    ['a program that does not exist', { command: ['no-such-program-4f1c'] }, /ENOENT/],
    ['a URL where nothing answers', 'http://127.0.0.1:1/fail', /ECONNREFUSED|fetch failed/],
    ['a function that throws', () => Promise.reject(new TypeError('no such route')), /no such route/],
  ])('%s', async (_, failNext, reason) => {
    await expect(run(failNext)).rejects.toMatchObject({
      name: 'ConformanceError',
      code: 'effects_failed',
      message: expect.stringMatching(new RegExp(`^The \`failNext\` probe failed \\(.*(?:${reason.source})`)),
    });
  });

  it('a URL that answers 404', async () => {
    const served = await serve(createServer((_, response) => response.writeHead(404).end()));
    try {
      await expect(run(served.url)).rejects.toMatchObject({
        code: 'effects_failed',
        message: expect.stringMatching(/`failNext` probe failed \(.*404/),
      });
    } finally {
      await served.close();
    }
  });
});

it('a failNext probe may say as much as it likes: only whether it worked counts', async () => {
  const served = await receiver();
  const armed = await serve(
    createServer((request, response) => {
      served.state.failing.add(new URL(request.url ?? '', 'http://localhost').searchParams.get('key') ?? '');
      response.end('<p>armed</p>'.repeat(1_000));
    }),
  );
  const say = `fetch(${JSON.stringify(armed.url)} + '?key={key}').then(() => process.stdout.write('armed\\n'.repeat(20000)))`;
  try {
    for (const failNext of [armed.url, node(say)]) {
      const report = await checkReceiver(served.url, {
        secret: SECRET,
        fast: true,
        ...GENEROUS,
        only: [ID],
        effects: ({ key }) => served.state.handled.get(key) ?? 0,
        failNext,
      });
      expect(report.results.map(({ status, detail }) => [status, detail])).toEqual([['passed', undefined]]);
    }
  } finally {
    await armed.close();
    await served.close();
  }
});

describe.skipIf(process.platform === 'win32')('a command that leaves a program behind, which holds its pipes', () => {
  const shell = (text: string): { command: [string, ...string[]] } => ({ command: ['sh', '-c', text] });
  const body = Buffer.from('{"event":"video.processed"}');

  it('is ended by its time', async () => {
    const effects = effectsProbe(shell('(sleep 60 | cat) 2>/dev/null'), 500);
    await expect(effects?.(body)).rejects.toThrow('it did not answer within 500 ms');
    const failNext = failNextProbe(shell('(sleep 60 | cat) 2>/dev/null'), 500);
    await expect(failNext?.({ key: 'k', event: null, body })).rejects.toThrow('it did not answer within 500 ms');
  }, 30_000);

  it('is done when it ends itself', async () => {
    const effects = effectsProbe(shell('sleep 60 2>/dev/null & echo 7'), 20_000);
    expect(await effects?.(body)).toBe(7);
  }, 30_000);

  it('may not answer without end', async () => {
    const effects = effectsProbe(shell('(yes | cat) 2>/dev/null'), 20_000);
    await expect(effects?.(body)).rejects.toThrow('more than a number');
  }, 30_000);
});
