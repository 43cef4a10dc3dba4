import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  Get,
  Injectable,
  Module,
  Post,
  RequestMethod,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { memoryStore, type OutcomeInfo, type Receiver } from '@videocloud/webhooks';
import express from 'express';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { OnVideoCloudEvent, VideoCloudWebhooksModule, videoCloudReceiver } from '../src/index.js';
import { deliver, PLATFORMS, portOf, RECEIVED, SECRET, startApp } from './apps.js';

/** An app module with one handler that notes what it got. */
function appWith(
  options: Partial<Parameters<typeof VideoCloudWebhooksModule.forRoot>[0]> = {},
  alsoDo: () => void = () => undefined,
) {
  const handled: string[] = [];
  @Injectable()
  class Videos {
    @OnVideoCloudEvent('video.*')
    note({ event }: { event: string }) {
      handled.push(event);
      alsoDo();
    }
  }
  @Controller('other')
  class Other {
    @Post()
    echo(@Body() body: unknown) {
      return { body };
    }
    @Get()
    hello() {
      return { hello: true };
    }
  }
  @Module({
    imports: [VideoCloudWebhooksModule.forRoot({ secrets: SECRET, ...options })],
    providers: [Videos],
    controllers: [Other],
  })
  class AppModule {}
  return { AppModule, handled };
}

class NobodyPasses implements CanActivate {
  canActivate() {
    return false;
  }
}

@Catch()
class SwallowsAll {
  catch(_error: unknown, host: ArgumentsHost) {
    const response = host.switchToHttp().getResponse();
    response.status(200).send({ swallowed: true });
  }
}

const wraps = { intercept: (_: unknown, next: CallHandler) => next.handle().pipe(map((data: unknown) => ({ data }))) };

describe.each(Object.keys(PLATFORMS))('the route on %s', (platform) => {
  it.each([
    ['as it stands', {}],
    ['with rawBody', { rawBody: true }],
    ['without body parsers', { bodyParser: false }],
  ])('takes genuine and rejects forged deliveries, %s', async (_, options) => {
    const { AppModule, handled } = appWith();
    const app = await startApp(AppModule, platform, options);
    expect(await deliver(app, '/webhooks')).toEqual(RECEIVED);
    expect(await deliver(app, '/webhooks?from=videocloud')).toEqual(RECEIVED);
    expect(await deliver(app, '/webhooks', 'video.deleted', { secret: 'guessed' })).toMatchObject({ status: 401 });
    expect(handled).toEqual(['video.processed', 'video.processed']);
    await app.close();
  });

  it('stands in front of global guards, pipes, interceptors and filters', async () => {
    const { AppModule, handled } = appWith();
    const app = await startApp(AppModule, platform, {
      setUp: (app) =>
        app
          .useGlobalGuards(new NobodyPasses())
          .useGlobalPipes(
            new ValidationPipe({
              transform: false,
              validatorPackage: { validate: () => [] } as never,
              transformerPackage: { plainToInstance: (_: unknown, value: unknown) => value } as never,
            }),
          )
          .useGlobalInterceptors(wraps)
          .useGlobalFilters(new SwallowsAll()),
    });
    expect(await deliver(app, '/webhooks')).toEqual(RECEIVED);
    expect((await deliver(app, '/webhooks', 'video.processed', { secret: 'guessed' })).status).toBe(401);
    expect(await deliver(app, '/other')).toEqual({ status: 200, text: '{"swallowed":true}' });
    expect(handled).toHaveLength(1);
    await app.close();
  });

  it.each([
    ['a global prefix', '/api/v2/webhooks', (app: Set) => app.setGlobalPrefix('/api/v2/')],
    [
      'a global prefix that excludes it',
      '/webhooks',
      (app: Set) => app.setGlobalPrefix('api', { exclude: ['webhooks'] }),
    ],
    [
      'a global prefix that excludes another method of it',
      '/api/webhooks',
      (app: Set) => app.setGlobalPrefix('api', { exclude: [{ path: 'webhooks', method: RequestMethod.GET }] }),
    ],
    [
      'versions in the URI',
      '/webhooks',
      (app: Set) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    ],
    [
      'versions in a header',
      '/webhooks',
      (app: Set) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' }),
    ],
  ])('is found with %s', async (_, path, setUp) => {
    const { AppModule } = appWith();
    const app = await startApp(AppModule, platform, { setUp });
    expect(await deliver(app, path)).toEqual(RECEIVED);
    expect(await deliver(app, path, 'video.deleted', { headers: { 'x-version': '7' } })).toEqual(RECEIVED);
    await app.close();
  });

  it.each(['hooks/videocloud', '/hooks/videocloud', 'hooks/videocloud/'])('has the path %s', async (path) => {
    const { AppModule } = appWith({ path });
    const app = await startApp(AppModule, platform);
    expect(await deliver(app, '/hooks/videocloud')).toEqual(RECEIVED);
    expect((await deliver(app, '/webhooks')).status).toBe(404);
    await app.close();
  });

  it('keeps the AsyncLocalStorage of the request, as tracing sets it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { AppModule, handled } = appWith({}, () => void handled.push(String(storage.getStore())));
    const app = await startApp(AppModule, platform);
    const server: Server = app.getHttpServer();
    const emit = server.emit.bind(server);
    const traced = (name: string, ...args: unknown[]) => storage.run('mine', () => emit(name, ...args));
    Object.assign(server, { emit: traced });
    expect(await deliver(app, '/webhooks')).toEqual(RECEIVED);
    expect(handled).toEqual(['video.processed', 'mine']);
    await app.close();
  });

  it('leaves parsers, routes and errors of the app alone', async () => {
    const { AppModule } = appWith();
    const app = await startApp(AppModule, platform);
    const url = `http://127.0.0.1:${portOf(app)}`;
    const post = async (path: string, body: string) => {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      return [response.status, await response.json()];
    };
    expect(await post('/other', '{"a":1}')).toEqual([201, { body: { a: 1 } }]);
    expect(await post('/other', '{ not json')).toMatchObject([400, { statusCode: 400 }]);
    expect(await post('/webhooks/below', '{}')).toMatchObject([404, { error: 'Not Found' }]);
    expect(await (await fetch(`${url}/other`)).json()).toEqual({ hello: true });
    await app.close();
  });

  it('hands the options of createReceiver on', async () => {
    const outcomes: OutcomeInfo[] = [];
    const { AppModule, handled } = appWith({
      idempotency: memoryStore(),
      onOutcome: (info) => outcomes.push(info),
      maxBodyBytes: 5_000,
    });
    const app = await startApp(AppModule, platform);
    expect(await deliver(app, '/webhooks')).toEqual(RECEIVED);
    expect(await deliver(app, '/webhooks')).toEqual(RECEIVED);
    const large = { method: 'POST', body: 'x'.repeat(5_001) };
    expect((await fetch(`http://127.0.0.1:${portOf(app)}/webhooks`, large)).status).toBe(413);
    expect(outcomes.map(({ result }) => result)).toEqual(['processed', 'duplicate', 'rejected']);
    expect(handled).toEqual(['video.processed']);
    await app.close();
  });

  it('reads no environment of a request but by the option env', async () => {
    const seen: unknown[] = [];
    class Videos {
      @OnVideoCloudEvent('video.processed')
      note(_event: unknown, { env }: { env: { tenant: unknown } }) {
        seen.push(env);
      }
    }
    @Module({
      imports: [
        VideoCloudWebhooksModule.forRoot<{ tenant: unknown }>({
          secrets: ({ env }) => (env.tenant === 'one' ? SECRET : 'another'),
          env: (request) => ({ tenant: request.headers['x-tenant'] }),
        }),
      ],
      providers: [Videos],
    })
    class AppModule {}
    const app = await startApp(AppModule, platform);
    expect(await deliver(app, '/webhooks', 'video.processed', { headers: { 'x-tenant': 'one' } })).toEqual(RECEIVED);
    expect((await deliver(app, '/webhooks', 'video.processed', { headers: { 'x-tenant': 'two' } })).status).toBe(401);
    expect(seen).toEqual([{ tenant: 'one' }]);
    await app.close();
  });

  it('ends the start when a controller has its path', async () => {
    @Controller('webhooks')
    class SamePath {
      @Post()
      receive() {}
    }
    @Module({ imports: [VideoCloudWebhooksModule.forRoot({ secrets: SECRET })], controllers: [SamePath] })
    class AppModule {}
    await expect(startApp(AppModule, platform)).rejects.toThrow(
      /path \/webhooks, and so has a controller.*path: false/,
    );
  });

  it('runs in an app of @nestjs/testing', async () => {
    const { AppModule, handled } = appWith();
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const app = testing.createNestApplication(PLATFORMS[platform]?.() as never);
    app.setGlobalPrefix('api');
    await app.listen(0, '127.0.0.1');
    expect(await deliver(app, '/api/webhooks')).toEqual(RECEIVED);
    expect(handled).toEqual(['video.processed']);
    await app.close();
  });
});

type Set = Pick<import('@nestjs/common').INestApplication, 'setGlobalPrefix' | 'enableVersioning'>;

describe('on Express', () => {
  it('comes before parsers that main.ts adds, whatever their order', async () => {
    const { AppModule, handled } = appWith();
    const app = await startApp(AppModule, 'Express', {
      setUp: (app) => {
        app.use(express.json({ limit: '50mb' }));
        app.use(express.text({ type: '*/*' }));
      },
    });
    expect(await deliver(app, '/webhooks')).toEqual(RECEIVED);
    expect(await deliver(app, '/Webhooks/')).toEqual(RECEIVED);
    expect(handled).toHaveLength(2);
    await app.close();
  });

  it('verifies the bytes that a host in front kept, and names the fix where it kept none', async () => {
    const { AppModule, handled } = appWith({ onError: () => undefined });
    const app = await startApp(AppModule, 'Express');
    const host = (parser: express.RequestHandler) => express().use(parser, app.getHttpAdapter().getInstance());
    const hosts = {
      raw: host(express.raw({ type: '*/*' })),
      kept: host(express.json({ verify: (request, _, rawBody) => Object.assign(request, { rawBody }) })),
      parsed: host(express.json()),
    };
    const answers: Record<string, string> = {};
    for (const [name, listener] of Object.entries(hosts)) {
      const server = listener.listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { text } = await deliver({ getHttpServer: () => server } as never, '/webhooks');
      answers[name] = text;
      server.close();
    }
    expect(answers).toMatchObject({ raw: RECEIVED.text, kept: RECEIVED.text });
    expect(answers.parsed).toMatch(/body_already_parsed.*leave the body unread, or keep its bytes in request\.rawBody/);
    expect(handled).toHaveLength(2);
    await app.close();
  });
});

it('works with inject() of Fastify', async () => {
  const { AppModule } = appWith();
  const app = await startApp(AppModule, 'Fastify');
  const answer = await app.getHttpAdapter().getInstance().inject({ method: 'POST', url: '/webhooks', payload: '{}' });
  expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'signature_missing']);
  await app.close();
});

it('has no route in an app without a server, and none with path: false', async () => {
  const { AppModule, handled } = appWith();
  const worker = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  const receiver = worker.get<Receiver>(videoCloudReceiver());
  await receiver.dispatch(
    JSON.stringify({ event: 'video.deleted', timestamp: '2024-03-31T12:00:00Z', data: { videoId: 'vid_1' } }),
  );
  expect(handled).toEqual(['video.deleted']);
  await worker.close();
  const off = appWith({ path: false });
  const app = await startApp(off.AppModule, 'Express');
  expect((await deliver(app, '/webhooks')).status).toBe(404);
  await app.close();
});
