import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, LazyModuleLoader, ModulesContainer } from '@nestjs/core';
import { createReceiver, type Receiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { optionsProviders } from './async-options.js';
import type { GuardSources } from './guard.js';
import { HandlerRegistry } from './handlers.js';
import {
  type ModuleName,
  type ResolvedOptions,
  resolveOptions,
  rootOptions,
  type VideoCloudWebhooksAsyncOptions,
  type VideoCloudWebhooksOptions,
} from './options.js';
import { addPeer, peersOf, takesFrom } from './peers.js';
import { mountRoute, withGlobalPrefix } from './route.js';
import { DEFAULT_NAME, GIVEN_OPTIONS, GUARD, NAMED_RECEIVER, OPTIONS, videoCloudReceiver } from './tokens.js';

const HINT =
  'The module takes requests in front of all parsers of this app: let what is in front of the app leave the body unread, or keep its bytes in request.rawBody';

const NO_HANDLER =
  'No method has @OnVideoCloudEvent, so deliveries are acknowledged and nothing handles them: put the class of the handlers into `providers` of a module';

const logger = new Logger('VideoCloudWebhooksModule');

/** How long a shutdown waits for handlers while the server still accepts; afterwards it waits for those that are left. */
const LAST_HANDLERS_MS = 30_000;

/**
 * Receives VideoCloud webhooks in a Nest app: one route, in front of parsers and guards, and decorated methods as handlers.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { memoryStore } from '@videocloud/webhooks';
 * import { VideoCloudWebhooksModule } from '@videocloud/webhooks-nestjs';
 *
 * @Module({
 *   imports: [
 *     VideoCloudWebhooksModule.forRoot({
 *       secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
 *       idempotency: memoryStore(),
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({})
export class VideoCloudWebhooksModule implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  // Not `#`: Nest may wrap instances in a Proxy. Nothing here may hold a secret, for `util.inspect` shows it.
  private readonly route: Pick<ResolvedOptions, 'path' | 'env'> & { takesAll: boolean };
  private readonly receiver: Receiver;
  private readonly handlers: HandlerRegistry;

  /** Called by Nest, once `forRoot` or `forRootAsync` has given it what it needs. */
  constructor(
    @Inject(OPTIONS) { path, env, receiver: given, guard }: ResolvedOptions,
    @Inject(NAMED_RECEIVER) { name, receiver }: { name: string; receiver: Receiver },
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(LazyModuleLoader) loader: LazyModuleLoader,
  ) {
    // Handlers may run in another process, or be added to the receiver.
    this.route = {
      path,
      env,
      takesAll: path === false || given.inbox !== undefined || given.onUnhandled !== undefined,
    };
    this.receiver = receiver;
    this.handlers = new HandlerRegistry(receiver, (mark, where) => takesFrom(modules, name, mark.receiver, where));
    addPeer(modules, { name, guard });
    this.registerAfterLazyLoads(loader);
  }

  /**
   * Registers the module for the whole app.
   *
   * @param options those of `createReceiver`, with `path`, `env` and `name`; all durations are milliseconds
   * @throws TypeError for an option that does not exist; what contradicts itself or would accept forgeries ends the start
   */
  static forRoot<Env = unknown>(options: VideoCloudWebhooksOptions<Env> & ModuleName): DynamicModule {
    const { name, given } = rootOptions(options as VideoCloudWebhooksOptions & ModuleName);
    resolveOptions(given);
    // A factory: Nest may hash values, and so stores and secrets.
    return dynamicModule(name, [], [{ provide: GIVEN_OPTIONS, useFactory: () => given }]);
  }

  /**
   * Registers the module for the whole app, with options that come from other providers.
   *
   * @throws TypeError unless it is given exactly one of `useFactory`, `useClass` and `useExisting`
   * @example
   * ```ts
   * import { Injectable, Module } from '@nestjs/common';
   * import { VideoCloudWebhooksModule } from '@videocloud/webhooks-nestjs';
   *
   * @Injectable()
   * class Settings {
   *   readonly secret = process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '';
   * }
   *
   * @Module({ providers: [Settings], exports: [Settings] })
   * class SettingsModule {}
   *
   * @Module({
   *   imports: [
   *     VideoCloudWebhooksModule.forRootAsync({
   *       imports: [SettingsModule],
   *       inject: [Settings],
   *       useFactory: (settings: Settings) => ({ secrets: settings.secret, path: 'hooks/videocloud' }),
   *     }),
   *   ],
   * })
   * export class AppModule {}
   * ```
   */
  static forRootAsync<Env = unknown>(options: VideoCloudWebhooksAsyncOptions<Env>): DynamicModule {
    const given = options as unknown as VideoCloudWebhooksAsyncOptions;
    const providers = optionsProviders(given);
    return dynamicModule(given.name, given.imports, providers);
  }

  /** Registers the handlers, then the route: by now Nest has made every provider, and `main.ts` has set the prefix. */
  onModuleInit(): void {
    this.handlers.register(this.modules);
    if (!this.route.takesAll && this.receiver.eventTypes().length === 0) logger.warn(NO_HANDLER);
    const { path, env } = this.route;
    // A worker (`createApplicationContext`) has no server.
    const adapter = this.host.httpAdapter;
    if (path === false || !adapter?.getHttpServer?.()) return;
    const listener = webhookHandler<unknown>(this.receiver, { hint: HINT, env: env as (request: object) => unknown });
    const fullPath = withGlobalPrefix(path, this.config);
    mountRoute(adapter, fullPath, listener);
    logger.log(`Mapped {${fullPath}, POST} route`);
  }

  /** Waits for handlers while what they use is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_HANDLERS_MS);
    });
    await Promise.race([this.receiver.drain(), limit]);
    clearTimeout(timer);
  }

  /** The server has stopped accepting: nothing comes after what runs now. */
  onApplicationShutdown(): Promise<void> {
    return this.receiver.drain();
  }

  /** Nest calls no hook of a module that is loaded later, and so would not find its handlers. */
  private registerAfterLazyLoads(loader: LazyModuleLoader): void {
    const { load } = loader;
    loader.load = async (...args) => {
      const loaded = await load.apply(loader, args);
      this.handlers.register(this.modules);
      return loaded;
    };
  }
}

let count = 0;

function dynamicModule(
  name: string = DEFAULT_NAME,
  imports: DynamicModule['imports'] = [],
  options: Provider[],
): DynamicModule {
  const token = videoCloudReceiver(name);
  const makeReceiver = ({ receiver }: ResolvedOptions) => createReceiver(receiver);
  const guardSources =
    (modules: ModulesContainer): GuardSources =>
    () =>
      peersOf(modules).map(({ guard }) => guard);
  return {
    module: VideoCloudWebhooksModule,
    global: true,
    imports,
    providers: [
      ...options,
      { provide: OPTIONS, useFactory: resolveOptions, inject: [GIVEN_OPTIONS] },
      { provide: token, useFactory: makeReceiver, inject: [OPTIONS] },
      { provide: NAMED_RECEIVER, useFactory: (receiver: Receiver) => ({ name, receiver }), inject: [token] },
      { provide: GUARD, useFactory: guardSources, inject: [ModulesContainer] },
      // Nest 10 takes two dynamic modules that read the same for one.
      { provide: `VideoCloudWebhooksModule ${count++}`, useValue: true },
    ],
    exports: [token, GUARD],
  };
}
