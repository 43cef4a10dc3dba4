import { Controller, Inject, Injectable, Logger, Module, Scope } from '@nestjs/common';
import { LazyModuleLoader, ModuleRef, REQUEST } from '@nestjs/core';
import type { Context, EventOf, Receiver } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { defer, EMPTY, finalize, NEVER, switchMap, tap, throwError, timer } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  InjectVideoCloudReceiver,
  OnVideoCloudEvent,
  type VideoCloudDelivery,
  VideoCloudWebhooksModule,
  videoCloudReceiver,
} from '../src/index.js';
import { deliver, RECEIVED, SECRET, startApp } from './apps.js';
import { start } from './dispatch.js';

afterEach(() => vi.restoreAllMocks());

describe('handlers', () => {
  it('are methods of providers and controllers, with what is injected there', async () => {
    const seen: unknown[] = [];
    @Injectable()
    class Library {
      readonly shelf = seen;
    }
    @Injectable()
    class Videos {
      constructor(@Inject(Library) private readonly library: Library) {}
      @OnVideoCloudEvent('video.processed')
      async ready(event: EventOf<'video.processed'>, { attempt }: Context) {
        await Promise.resolve();
        this.library.shelf.push([event.data.videoId, attempt]);
      }
    }
    @Controller()
    class Users {
      constructor(@Inject(Library) private readonly library: Library) {}
      @OnVideoCloudEvent('user.created')
      @OnVideoCloudEvent('user.deleted')
      changed({ event }: { event: string }) {
        this.library.shelf.push(event);
      }
    }
    const { dispatch, app } = await start({ providers: [Videos, Library], controllers: [Users] });
    for (const type of ['video.processed', 'user.created', 'user.registered', 'user.deleted'] as const) {
      expect(await dispatch(type)).toMatchObject({ result: 'processed' });
    }
    expect(seen).toEqual([
      [fixture('video.processed').data.videoId, 1],
      'user.created',
      'user.registered',
      'user.deleted',
    ]);
    expect(app.get<Receiver>(videoCloudReceiver()).eventTypes()).toEqual([
      'video.processed',
      'user.created',
      'user.deleted',
    ]);
  });

  it('that throw fail the delivery, with what they threw as the cause', async () => {
    class Videos {
      @OnVideoCloudEvent('*')
      fail() {
        throw new Error('no database');
      }
    }
    const { dispatch } = await start({ providers: [Videos] });
    expect(await dispatch('video.deleted')).toMatchObject({
      status: 500,
      error: { cause: { message: 'no database' } },
    });
  });

  it('that return an Observable, or a promise of one, are done when it completes', async () => {
    const seen: string[] = [];
    const cold = (name: string) => defer(() => timer(5)).pipe(tap(() => seen.push(name)));
    class Videos {
      @OnVideoCloudEvent('video.processed')
      ready() {
        return cold('ready');
      }
      @OnVideoCloudEvent('video.processed')
      async announce() {
        return EMPTY.pipe(finalize(() => seen.push('announce')));
      }
      @OnVideoCloudEvent('user.created')
      created() {
        return cold('created').pipe(switchMap(() => throwError(() => new Error('no room'))));
      }
    }
    const { dispatch } = await start({ providers: [Videos] });
    expect(await dispatch('video.processed')).toMatchObject({ result: 'processed' });
    expect(seen).toEqual(['ready', 'announce']);
    const { result, error } = await dispatch('user.created');
    expect([result, error?.cause]).toEqual(['failed', new Error('no room')]);
  });

  it('that return an Observable without end are left when time is up', async () => {
    const left: string[] = [];
    class Videos {
      @OnVideoCloudEvent('video.processed')
      ready() {
        return NEVER.pipe(finalize(() => left.push('ready')));
      }
    }
    const { app, dispatch } = await start(
      { providers: [Videos] },
      { secrets: SECRET, onError: () => undefined, handlerTimeout: 1_000 },
    );
    expect(await dispatch('video.processed')).toMatchObject({ status: 503, error: { code: 'handler_timeout' } });
    expect(left).toEqual(['ready']);
    await app.get<Receiver>(videoCloudReceiver()).drain();
  });

  it('are inherited, and an override keeps the events of what it overrides', async () => {
    const seen: string[] = [];
    abstract class Base {
      @OnVideoCloudEvent('video.deleted')
      deleted() {
        seen.push('base deleted');
      }
      @OnVideoCloudEvent('video.updated')
      updated() {
        seen.push('base updated');
      }
      @OnVideoCloudEvent('video.uploaded')
      uploaded() {
        seen.push('base uploaded');
      }
    }
    @Injectable()
    class Videos extends Base {
      override updated() {
        seen.push('override of updated');
      }
      @OnVideoCloudEvent('video.processed')
      override uploaded() {
        seen.push('processed');
      }
    }
    const { dispatch } = await start({ providers: [Videos] });
    for (const type of ['video.deleted', 'video.updated', 'video.processed', 'video.uploaded'] as const)
      await dispatch(type);
    expect(seen).toEqual(['base deleted', 'override of updated', 'processed']);
  });

  it('stay handlers when another decorator replaces the method', async () => {
    const seen: string[] = [];
    const wrapped = (_target: object, _name: string, descriptor: TypedPropertyDescriptor<() => void>) => ({
      ...descriptor,
      value() {
        seen.push('wrapped');
      },
    });
    class Videos {
      @wrapped
      @OnVideoCloudEvent('video.deleted')
      deleted() {
        seen.push('bare');
      }
    }
    const { dispatch } = await start({ providers: [Videos] });
    await dispatch('video.deleted');
    expect(seen).toEqual(['wrapped']);
  });

  it('are found in imported, dynamic and global modules, in factories and values, once under an alias', async () => {
    const seen: string[] = [];
    class Noting {
      constructor(readonly name: string) {}
      @OnVideoCloudEvent('video.deleted')
      note() {
        seen.push(this.name);
      }
    }
    class ByClass extends Noting {
      constructor() {
        super('class');
      }
    }
    @Module({ providers: [ByClass, { provide: 'alias', useExisting: ByClass }] })
    class Feature {}
    class Dynamic {}
    const byFactory = class extends Noting {};
    const byValue = class extends Noting {};
    const { dispatch } = await start({
      imports: [
        Feature,
        {
          module: Dynamic,
          global: true,
          providers: [{ provide: 'made', useFactory: async () => new byFactory('factory') }],
        },
      ],
      providers: [{ provide: 'value', useValue: new byValue('value') }],
    });
    await dispatch('video.deleted');
    expect(seen.sort()).toEqual(['class', 'factory', 'value']);
  });

  it('are found in modules that are loaded later', async () => {
    const seen: string[] = [];
    class Late {
      @OnVideoCloudEvent('video.deleted')
      note() {
        seen.push('late');
      }
    }
    @Module({ providers: [Late] })
    class LateModule {}
    const { dispatch, app } = await start({});
    expect(await dispatch('video.deleted')).toMatchObject({ result: 'unhandled' });
    const loader = app.get(LazyModuleLoader);
    for (const _ of [1, 2]) expect(await loader.load(() => LateModule)).toBeInstanceOf(ModuleRef);
    expect(await dispatch('video.deleted')).toMatchObject({ result: 'processed' });
    expect(seen).toEqual(['late']);
  });

  it('of request scope get an instance for each delivery, and the delivery as the request', async () => {
    const made: unknown[] = [];
    const seen: unknown[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {
      constructor(@Inject(REQUEST) readonly delivery: VideoCloudDelivery) {
        made.push((delivery.event as { event: string }).event);
      }
    }
    @Injectable()
    class Videos {
      constructor(@Inject(Tenant) private readonly tenant: Tenant) {}
      @OnVideoCloudEvent('video.deleted')
      one(event: unknown, context: Context) {
        seen.push(this, this.tenant.delivery.event === event, this.tenant.delivery.context === context);
      }
      @OnVideoCloudEvent('video.*')
      two() {
        seen.push(this);
      }
    }
    @Controller({ scope: Scope.REQUEST })
    class Users {
      @OnVideoCloudEvent('user.deleted')
      gone() {
        seen.push('user');
      }
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class Engagement {
      @OnVideoCloudEvent('engagement.like')
      like() {
        seen.push('like');
      }
    }
    const { dispatch } = await start({ providers: [Videos, Tenant, Engagement], controllers: [Users] });
    for (const _ of [1, 2]) expect(await dispatch('video.deleted')).toMatchObject({ result: 'processed' });
    const [first, event, context, same, second] = seen.splice(0);
    expect([event, context, first === same, first === second]).toEqual([true, true, true, false]);
    expect(made).toEqual(['video.deleted', 'video.deleted']);
    for (const type of ['user.deleted', 'engagement.like'] as const) {
      expect(await dispatch(type)).toMatchObject({ result: 'processed' });
    }
    expect(seen).toEqual(['user', 'like']);
  });

  it('of request scope that cannot be made fail the delivery', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Videos {
      constructor() {
        throw new Error('no tenant');
      }
      @OnVideoCloudEvent('video.deleted')
      one() {}
    }
    const { dispatch } = await start({ providers: [Videos] });
    expect(await dispatch('video.deleted')).toMatchObject({ status: 500, error: { cause: { message: 'no tenant' } } });
  });

  it('take a schema of your own', async () => {
    const seen: string[] = [];
    class Videos {
      @OnVideoCloudEvent('video.deleted', { schema: z.object({ shelf: z.string() }) })
      deleted({ data }: { data: { shelf: string } }) {
        seen.push(data.shelf);
      }
    }
    const { dispatch, app } = await start({ providers: [Videos] });
    expect(await dispatch('video.deleted')).toMatchObject({ reason: 'payload_invalid' });
    await app
      .get<Receiver>(videoCloudReceiver())
      .dispatch(JSON.stringify({ ...fixture('video.deleted'), data: { shelf: 'top' } }));
    expect(seen).toEqual(['top']);
  });

  it('get the events of every module, or of the one they name', async () => {
    const seen: string[] = [];
    class Videos {
      @OnVideoCloudEvent('video.deleted')
      every() {
        seen.push('every');
      }
      @OnVideoCloudEvent('video.deleted', { receiver: 'studio' })
      studio() {
        seen.push('studio');
      }
    }
    class Worker {
      constructor(@InjectVideoCloudReceiver('studio') readonly receiver: Receiver) {}
    }
    const { dispatch, app } = await start(
      { providers: [Videos, Worker] },
      { secrets: SECRET },
      { secrets: 'other', name: 'studio', path: 'studio' },
    );
    await dispatch('video.deleted');
    expect(seen.splice(0)).toEqual(['every']);
    await dispatch('video.deleted', 'studio');
    expect(seen).toEqual(['every', 'studio']);
    expect(app.get(Worker).receiver).toBe(app.get(videoCloudReceiver('studio')));
  });

  it('of two modules without names are called for both routes', async () => {
    let handled = 0;
    class Videos {
      @OnVideoCloudEvent('*')
      count() {
        handled += 1;
      }
    }
    const modules = [
      { secrets: SECRET, path: 'a' },
      { secrets: 'other', path: 'b' },
    ];
    class AppModule {}
    Module({ imports: modules.map((one) => VideoCloudWebhooksModule.forRoot(one)), providers: [Videos] })(AppModule);
    const app = await startApp(AppModule, 'Express');
    expect(await deliver(app, '/a')).toEqual(RECEIVED);
    expect(await deliver(app, '/b', 'video.processed', { secret: 'other' })).toEqual(RECEIVED);
    expect((await deliver(app, '/a', 'video.processed', { secret: 'other' })).status).toBe(401);
    expect(handled).toBe(2);
    await app.close();
  });

  it('run twice where two modules provide their class, with a warning', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn');
    class Videos {
      @OnVideoCloudEvent('*')
      note() {}
    }
    @Module({ providers: [Videos] })
    class Library {}
    await start({ imports: [Library], providers: [Videos] });
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^Videos is provided by .* and by .*run twice.*Provide it once/)],
    ]);
  });
});
