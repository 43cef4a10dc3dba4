import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  HttpException,
  type INestApplication,
  Module,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import type { OutcomeInfo } from '@videocloud/webhooks';
import { json } from 'express';
import { describe, expect, it } from 'vitest';
import { type VerifiedRequest, VideoCloudSignatureGuard, VideoCloudWebhooksModule } from '../src/index.js';
import { deliver, PLATFORMS, portOf, SECRET, startApp } from './apps.js';

type Options = Parameters<typeof VideoCloudWebhooksModule.forRoot>[0];

function appWith(
  modules: Options[],
  guard: VideoCloudSignatureGuard | typeof VideoCloudSignatureGuard = VideoCloudSignatureGuard,
) {
  const seen: unknown[] = [];
  @Controller('deliveries')
  class Deliveries {
    @Post()
    @UseGuards(guard)
    receive(@Req() { webhook }: VerifiedRequest, @Body() body: unknown) {
      seen.push([webhook.event.event, webhook.rawBody.byteLength > 0, typeof body]);
      return { received: true };
    }
  }
  class Feature {}
  Module({ controllers: [Deliveries] })(Feature);
  class AppModule {}
  Module({ imports: [Feature, ...modules.map((one) => VideoCloudWebhooksModule.forRoot(one))] })(AppModule);
  return { AppModule, seen };
}

const alone: Options = { secrets: SECRET, path: false, onError: () => undefined };
const TAKEN = { status: 201, text: '{"received":true}' };

describe.each(Object.keys(PLATFORMS))('VideoCloudSignatureGuard on %s', (platform) => {
  it.each([
    ["with its module's options", () => appWith([alone])],
    ['with options of its own, without a module', () => appWith([], new VideoCloudSignatureGuard({ secrets: SECRET }))],
  ])('lets verified deliveries pass, %s', async (_, make) => {
    const { AppModule, seen } = make();
    const app = await startApp(AppModule, platform, { rawBody: true });
    expect(await deliver(app, '/deliveries')).toEqual(TAKEN);
    expect(seen).toEqual([['video.processed', true, 'object']]);
    const forged = await deliver(app, '/deliveries', 'video.processed', { secret: 'guessed' });
    expect([forged.status, JSON.parse(forged.text)]).toEqual([
      401,
      { error: { code: 'signature_mismatch', message: expect.any(String) } },
    ]);
    expect(
      (await deliver(app, '/deliveries', 'video.processed', { headers: { 'x-videocloud-signature': '' } })).status,
    ).toBe(401);
    expect(seen).toHaveLength(1);
    await app.close();
  });

  it('answers body_already_parsed, with the fix, where the bytes were not kept', async () => {
    const { AppModule, seen } = appWith([alone]);
    const app = await startApp(AppModule, platform);
    const { status, text } = await deliver(app, '/deliveries');
    expect([status, text]).toEqual([500, expect.stringMatching(/body_already_parsed.*rawBody: true/)]);
    expect(seen).toEqual([]);
    await app.close();
  });

  it('throws what filters can see, with the headers of the answer set', async () => {
    const exceptions: HttpException[] = [];
    @Catch(HttpException)
    class Noting implements ExceptionFilter {
      catch(exception: HttpException, host: ArgumentsHost) {
        exceptions.push(exception);
        host.switchToHttp().getResponse().status(exception.getStatus()).send({ noted: true });
      }
    }
    const { AppModule } = appWith([{ ...alone, secrets: () => Promise.reject(new Error('vault')) }]);
    const app = await startApp(AppModule, platform, {
      rawBody: true,
      setUp: (app) => app.useGlobalFilters(new Noting()),
    });
    const response = await fetch(`http://127.0.0.1:${portOf(app)}/deliveries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-videocloud-signature': '0'.repeat(64) },
      body: '{}',
    });
    expect([response.status, response.headers.has('retry-after'), await response.json()]).toEqual([
      503,
      true,
      { noted: true },
    ]);
    expect(exceptions.map((one) => (one.cause as { code?: string }).code)).toEqual(['secrets_unavailable']);
    await app.close();
  });

  it('passes nothing, whatever filters and interceptors answer', async () => {
    @Catch()
    class Swallows implements ExceptionFilter {
      catch(_: unknown, host: ArgumentsHost) {
        host.switchToHttp().getResponse().status(200).send({ fine: true });
      }
    }
    const { AppModule, seen } = appWith([alone]);
    const app = await startApp(AppModule, platform, {
      rawBody: true,
      setUp: (app) => app.useGlobalFilters(new Swallows()),
    });
    await deliver(app, '/deliveries', 'video.processed', { secret: 'guessed' });
    expect(seen).toEqual([]);
    await app.close();
  });

  it('takes no compressed body, though a parser inflated it', async () => {
    const { AppModule, seen } = appWith([alone]);
    const app = await startApp(AppModule, platform, { rawBody: true });
    const { gzipSync } = await import('node:zlib');
    const response = await fetch(`http://127.0.0.1:${portOf(app)}/deliveries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync('{}'),
    });
    // Fastify itself knows no encodings, and reads the bytes as JSON.
    expect(response.status).toBe(platform === 'Express' ? 415 : 400);
    expect(seen).toEqual([]);
    await app.close();
  });

  it('calls onOutcome and reads env as the module does', async () => {
    const outcomes: OutcomeInfo[] = [];
    const { AppModule } = appWith([
      {
        ...alone,
        secrets: ({ env }) => String(env),
        env: ({ headers }) => headers['x-secret'],
        onOutcome: (info) => outcomes.push(info),
      },
    ]);
    const app = await startApp(AppModule, platform, { rawBody: true });
    expect(await deliver(app, '/deliveries', 'video.processed', { headers: { 'x-secret': SECRET } })).toEqual(TAKEN);
    expect(outcomes.map(({ result, event }) => [result, event])).toEqual([['verified', 'video.processed']]);
    await app.close();
  });
});

it('names useBodyParser where a parser of an Express app keeps no bytes', async () => {
  const { AppModule } = appWith([alone]);
  const parsed = await startApp(AppModule, 'Express', { rawBody: true, setUp: (app) => app.use(json()) });
  const { status, text } = await deliver(parsed, '/deliveries');
  expect([status, text]).toEqual([500, expect.stringMatching(/body_already_parsed.*app\.useBodyParser\('json', …\)/)]);
  await parsed.close();
  const useBodyParser = (app: INestApplication) =>
    (app as NestExpressApplication).useBodyParser('json', { limit: '5mb' });
  const mended = await startApp(AppModule, 'Express', { rawBody: true, setUp: useBodyParser });
  expect(await deliver(mended, '/deliveries')).toEqual(TAKEN);
  await mended.close();
});

describe('a guard that cannot verify ends the start', () => {
  it.each([
    ['without a module', [], /there are 0: use new VideoCloudSignatureGuard\(\{ secrets \}\)/],
    ['with two modules', [{ ...alone }, { ...alone, secrets: 'other' }], /there are 2: use new/],
  ])('%s', async (_, modules, error) => {
    const { AppModule } = appWith(modules);
    await expect(
      NestFactory.create(AppModule, new ExpressAdapter(), { logger: false, abortOnError: false }).then((app) =>
        app.init(),
      ),
    ).rejects.toThrow(error);
  });

  it('with options that do not exist, or a blank secret', () => {
    expect(() => new VideoCloudSignatureGuard({ secrets: ' ' })).toThrow(TypeError);
    expect(() => new VideoCloudSignatureGuard({ secrets: SECRET, maxage: 1 } as never)).toThrow(
      "VideoCloudSignatureGuard has no option 'maxage': did you mean 'maxAge'?",
    );
    expect(() => new VideoCloudSignatureGuard(null as never)).toThrow(
      'VideoCloudSignatureGuard takes an object of options',
    );
  });

  it('and outside HTTP it throws', async () => {
    const guard = new VideoCloudSignatureGuard({ secrets: SECRET });
    await expect(guard.canActivate({ getType: () => 'rpc' } as never)).rejects.toThrow(/HTTP routes only/);
  });
});
