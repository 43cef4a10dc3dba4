import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { VideoCloud } from '@videocloud/webhooks-client';
import { createSender } from '@videocloud/webhooks-sender';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsx = fileURLToPath(import.meta.resolve('tsx/cli'));
const TOKEN = 'example-token-0123456789';
const SECRET = 'example-secret-0123456789';

let url: string;
const sender = createSender({ token: TOKEN });
beforeAll(async () => {
  url = (await sender.listen()).url;
});
afterAll(() => sender.close());

interface Result {
  code: number;
  lines: string[];
  errors: string;
}
function manage(args: string[], env: Record<string, string> = {}): Promise<Result> {
  const settings = {
    VIDEOCLOUD_API_URL: url,
    VIDEOCLOUD_API_TOKEN: TOKEN,
    PUBLIC_URL: 'https://shop.test',
    VIDEOCLOUD_WEBHOOK_SECRET: SECRET,
    ...env,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [tsx, 'src/manage.ts', ...args],
      { cwd: root, env: { ...process.env, ...settings } },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), lines: stdout.trim().split('\n'), errors: stderr }),
    );
  });
}

describe('manage-subscriptions', () => {
  it('plans, applies, and has nothing to do the second time', async () => {
    const { webhooks } = new VideoCloud({ baseUrl: url, token: TOKEN });
    const plan = await manage(['--dry-run']);
    expect(plan).toMatchObject({ code: 0, errors: '' });
    expect(plan.lines).toEqual([
      '+ (new) https://shop.test/webhooks/videos video.uploaded video.processed video.published video.deleted',
      '+ (new) https://shop.test/webhooks/users user.created user.deleted',
      'dry run: nothing was changed',
    ]);
    expect((await webhooks.list()).items).toEqual([]);

    expect((await manage([])).lines.map((line) => line[0])).toEqual(['+', '+']);
    expect((await manage([])).lines.map((line) => line[0])).toEqual(['=', '=']);

    // Somebody else's webhook, and an old one of ours.
    await webhooks.create({ url: 'https://other.test/', events: ['video.deleted'], secret: SECRET });
    await webhooks.create({ url: 'https://shop.test/old', events: ['video.deleted'], secret: SECRET });
    expect((await manage(['--prune'])).lines.map((line) => line[0])).toEqual(['-', '=', '=']);
    expect((await webhooks.list()).items.map((webhook) => webhook.url)).toContain('https://other.test/');
  });

  it('says what is wrong, and shows no secret', async () => {
    const results = await Promise.all([
      manage([], { VIDEOCLOUD_API_TOKEN: 'wrong-token-0123456789' }),
      manage([], { PUBLIC_URL: '' }),
      manage(['--dryrun']),
      manage([], { PUBLIC_URL: 'https://new.test', VIDEOCLOUD_WEBHOOK_SECRET: '' }),
    ]);
    expect(results.map(({ code }) => code)).toEqual([1, 2, 2, 2]);
    expect(results[0]?.errors).toContain('401 unauthorized');
    expect(results[1]?.errors).toBe('set PUBLIC_URL\n');
    expect(results[3]?.errors).toContain('secret');
    for (const { lines, errors } of results) {
      expect(`${lines} ${errors}`).not.toMatch(/0123456789|\n {4}at /);
    }
  });
});
