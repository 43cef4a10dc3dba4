import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Global, Inject, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Receiver } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { describe, expect, it, vi } from 'vitest';
import {
  OnVideoCloudEvent,
  VideoCloudWebhooksModule,
  type VideoCloudWebhooksOptions,
  type VideoCloudWebhooksOptionsFactory,
  videoCloudReceiver,
} from '../src/index.js';
import { deliver, PLATFORMS, RECEIVED, SECRET, startApp } from './apps.js';

// These apps have no handlers.
const quiet = { onError: () => undefined };

type Imports = NonNullable<Parameters<typeof Module>[0]['imports']>;

function appOf(imports: Imports, providers: Parameters<typeof Module>[0]['providers'] = []) {
  class AppModule {}
  Module({ imports, providers })(AppModule);
  return AppModule;
}

@Injectable()
class Settings implements VideoCloudWebhooksOptionsFactory {
  readonly secret = SECRET;
  async createVideoCloudWebhooksOptions(): Promise<VideoCloudWebhooksOptions> {
    return { secrets: this.secret, path: 'configured', ...quiet };
  }
}

@Global()
@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

describe('forRootAsync', () => {
  it.each([
    [
      'useFactory, with what is injected from imported modules',
      () =>
        VideoCloudWebhooksModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async (settings: Settings) => ({ secrets: settings.secret, path: 'configured', ...quiet }),
        }),
    ],
    ['useClass', () => VideoCloudWebhooksModule.forRootAsync({ useClass: Settings })],
    ['useExisting', () => VideoCloudWebhooksModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings })],
  ])('takes %s', async (_, make) => {
    const app = await startApp(appOf([make()]), 'Express');
    expect((await deliver(app, '/configured')).status).toBe(200);
    expect((await deliver(app, '/configured', 'video.processed', { secret: 'guessed' })).status).toBe(401);
    await app.close();
  });

  it('keeps two modules apart that read the same', async () => {
    const make = (path: string, secrets: string) =>
      VideoCloudWebhooksModule.forRootAsync({ useFactory: () => ({ path, secrets, ...quiet }) });
    const app = await startApp(appOf([make('a', SECRET), make('b', 'other')]), 'Express');
    expect((await deliver(app, '/a')).status).toBe(200);
    expect((await deliver(app, '/b', 'video.processed', { secret: 'other' })).status).toBe(200);
    expect((await deliver(app, '/b')).status).toBe(401);
    await app.close();
  });

  it('makes one module of one import in two places', async () => {
    const module = VideoCloudWebhooksModule.forRoot({ secrets: SECRET, ...quiet });
    const app = await startApp(appOf([module, appOf([module])]), 'Express');
    expect(await deliver(app, '/webhooks')).toEqual(RECEIVED);
    await app.close();
  });
});

describe('a mistake ends the start', () => {
  const start = async (imports: Imports) => {
    const options = { logger: false, abortOnError: false } as const;
    await (await NestFactory.create(appOf(imports), new ExpressAdapter(), options)).init();
  };

  it.each<[string, () => Imports, RegExp]>([
    ['no forRoot', () => [VideoCloudWebhooksModule], /VideoCloudWebhooksModule\.forRoot\(\) or forRootAsync\(\)/],
    ['no secret', () => [VideoCloudWebhooksModule.forRoot({ secrets: process.env.NOTHING as never })], /secret/i],
    [
      'a misspelled option',
      () => [VideoCloudWebhooksModule.forRoot({ secrets: SECRET, pth: 'a' } as never)],
      /VideoCloudWebhooksModule has no option 'pth': did you mean 'path'/,
    ],
    [
      'a misspelled option from a factory',
      () => [
        VideoCloudWebhooksModule.forRootAsync({ useFactory: () => ({ secrets: SECRET, onEror: () => 0 }) as never }),
      ],
      /did you mean 'onError'/,
    ],
    [
      'a factory without a result',
      () => [VideoCloudWebhooksModule.forRootAsync({ useFactory: () => undefined as never })],
      /takes an object/,
    ],
    ['forRoot without options', () => [VideoCloudWebhooksModule.forRoot(undefined as never)], /takes an object/],
    [
      'forRootAsync without options',
      () => [VideoCloudWebhooksModule.forRootAsync(undefined as never)],
      /^forRootAsync takes an object of options$/,
    ],
    [
      'two factories',
      () => [VideoCloudWebhooksModule.forRootAsync({ useClass: Settings, useExisting: Settings })],
      /one of useFactory/,
    ],
    [
      'a misspelled source',
      () => [VideoCloudWebhooksModule.forRootAsync({ useFactori: () => 0 } as never)],
      /did you mean 'useFactory'/,
    ],
    [
      'a path with a parameter',
      () => [VideoCloudWebhooksModule.forRoot({ secrets: SECRET, path: 'hooks/:tenant' })],
      /plain path/,
    ],
    [
      'the path of another module',
      () => [
        VideoCloudWebhooksModule.forRoot({ secrets: SECRET }),
        VideoCloudWebhooksModule.forRoot({ secrets: 'other' }),
      ],
      /Two VideoCloudWebhooksModules have the path \/webhooks/,
    ],
    [
      'the name of another module',
      () => ['a', 'b'].map((path) => VideoCloudWebhooksModule.forRoot({ secrets: SECRET, path, name: 'studio' })),
      /Two VideoCloudWebhooksModules have the name 'studio'/,
    ],
  ])('%s', async (_, imports, error) => {
    await expect((async () => start(imports()))()).rejects.toThrow(error);
  });

  it('a platform that is neither Express nor Fastify', async () => {
    class Other extends ExpressAdapter {
      override getType() {
        return 'other';
      }
    }
    const app = await NestFactory.create(appOf([VideoCloudWebhooksModule.forRoot({ secrets: SECRET })]), new Other(), {
      logger: false,
    });
    await expect(app.init()).rejects.toThrow(/Express and Fastify platforms, not on 'other'.*path: false/);
  });
});

it('shows no secret when it is printed', async () => {
  const app = await startApp(appOf([VideoCloudWebhooksModule.forRoot({ secrets: SECRET })]), 'Express');
  const shown = inspect(app.get(VideoCloudWebhooksModule), { depth: 50, showHidden: false });
  expect(shown).not.toContain(SECRET);
  expect(inspect(app.get(videoCloudReceiver()), { showHidden: true })).not.toContain(SECRET);
  await app.close();
});

describe.each(Object.keys(PLATFORMS))('close() on %s', (platform) => {
  it.each(['after', 'before'] as const)('waits for handlers, when they are acknowledged %s', async (acknowledge) => {
    const seen: string[] = [];
    @Injectable()
    class Database implements OnApplicationShutdown {
      onApplicationShutdown() {
        seen.push('database closed');
      }
    }
    class Videos {
      constructor(@Inject(Database) readonly database: Database) {}
      @OnVideoCloudEvent('video.processed')
      async slow() {
        seen.push('began');
        await sleep(300);
        seen.push('ended');
      }
    }
    const app = await startApp(
      appOf([VideoCloudWebhooksModule.forRoot({ secrets: SECRET, acknowledge })], [Videos, Database]),
      platform,
    );
    const answered = deliver(app, '/webhooks');
    await expect.poll(() => seen).toContain('began');
    await app.close();
    expect(seen).toEqual(['began', 'ended', 'database closed']);
    expect(await answered).toEqual(RECEIVED);
  });
});

it('goes on to close after 30 s, though deliveries keep coming', async () => {
  let end = () => {};
  class Videos {
    @OnVideoCloudEvent('video.deleted')
    hang() {
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    }
  }
  const app = await startApp(appOf([VideoCloudWebhooksModule.forRoot({ secrets: SECRET })], [Videos]), 'Express');
  const handling = app.get<Receiver>(videoCloudReceiver()).dispatch(JSON.stringify(fixture('video.deleted')));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const waiting = app.get(VideoCloudWebhooksModule).beforeApplicationShutdown();
  vi.advanceTimersByTime(30_000);
  await waiting;
  vi.useRealTimers();
  end();
  await handling;
  await app.close();
});

it('logs its route as Nest logs those of controllers', async () => {
  const log = vi.spyOn(Logger.prototype, 'log');
  const module = VideoCloudWebhooksModule.forRoot({ secrets: SECRET });
  const app = await startApp(appOf([module]), 'Express', { setUp: (one) => one.setGlobalPrefix('api') });
  expect(log.mock.calls.flat()).toContain('Mapped {/api/webhooks, POST} route');
  await app.close();
});

it('warns of an app without handlers', async () => {
  const warn = vi.spyOn(Logger.prototype, 'warn');
  const start = async (options: Parameters<typeof VideoCloudWebhooksModule.forRoot>[0]) =>
    (await startApp(appOf([VideoCloudWebhooksModule.forRoot(options)]), 'Express')).close();
  await start({ secrets: SECRET, onUnhandled: () => undefined });
  await start({ secrets: SECRET, path: false });
  expect(warn.mock.calls).toEqual([]);
  await start({ secrets: SECRET });
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/No method has @OnVideoCloudEvent.*`providers` of a module/)],
  ]);
});
