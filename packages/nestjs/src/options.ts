import type { IncomingMessage } from 'node:http';
import type { FactoryProvider, InjectionToken, ModuleMetadata, Type } from '@nestjs/common';
import type { ReceiverOptions, VerifyOptions } from '@videocloud/webhooks';
import { nearestName } from '@videocloud/webhooks/protocol';

/** Gives `context.env` of the handlers; required where their environment is typed. */
export type EnvOption<Env> = unknown extends Env
  ? { env?: ((request: IncomingMessage) => Env) | undefined }
  : { env: (request: IncomingMessage) => Env };

/** What a module adds to the options of `createReceiver`. */
export interface RouteOptions {
  /**
   * The path of the webhook route, below the global prefix; default `webhooks`. `false`: no route, for an app with
   * {@link VideoCloudSignatureGuard} on a route of its own, or a worker.
   */
  path?: string | false | undefined;
}

/** The options of a module: those of `createReceiver`, the path of its route, and `env`. */
export type VideoCloudWebhooksOptions<Env = unknown> = ReceiverOptions<Env> & RouteOptions & EnvOption<Env>;

/** What tells several modules of one app apart. */
export interface ModuleName {
  /** The name of this module's receiver: for `@OnVideoCloudEvent(…, { receiver })` and `@InjectVideoCloudReceiver(name)`. */
  name?: string | undefined;
}

/** A class that makes the options, for `useClass` and `useExisting`. */
export interface VideoCloudWebhooksOptionsFactory<Env = unknown> {
  createVideoCloudWebhooksOptions(): VideoCloudWebhooksOptions<Env> | Promise<VideoCloudWebhooksOptions<Env>>;
}

/** The options of `forRootAsync`: one of `useFactory`, `useClass` and `useExisting`. */
export interface VideoCloudWebhooksAsyncOptions<Env = unknown> extends ModuleName {
  imports?: ModuleMetadata['imports'] | undefined;
  /** What `useFactory` is called with. */
  inject?: FactoryProvider['inject'] | undefined;
  useFactory?:
    | ((...injected: never[]) => VideoCloudWebhooksOptions<Env> | Promise<VideoCloudWebhooksOptions<Env>>)
    | undefined;
  useClass?: Type<VideoCloudWebhooksOptionsFactory<Env>> | undefined;
  useExisting?: InjectionToken<VideoCloudWebhooksOptionsFactory<Env>> | undefined;
}

// Objects, not lists: the compiler finds a name that is missing here.
const VERIFY = Object.keys({
  secrets: true,
  storeTimeout: true,
  bodyTimeout: true,
  maxBodyBytes: true,
  maxAge: true,
  now: true,
  onError: true,
  onOutcome: true,
  explain: true,
} satisfies Record<keyof VerifyOptions, true>);

const HANDLING = Object.keys({
  idempotency: true,
  handlerTimeout: true,
  acknowledge: true,
  maxAttempts: true,
  validation: true,
  inbox: true,
  onUnhandled: true,
  onDeadLetter: true,
  onDuplicate: true,
} satisfies Record<Exclude<keyof ReceiverOptions, keyof VerifyOptions>, true>);

const GUARD = [...VERIFY, 'env'];
const RECEIVER = [...VERIFY, ...HANDLING];
const MODULE = [...RECEIVER, 'env', 'path'];

/** The options of a module that verification takes, `env` among them. */
export type GuardOptions<Env = unknown> = VerifyOptions<Env> & EnvOption<Env>;

/**
 * Rejects options that do not exist: a misspelled `onError` would be silent.
 *
 * @throws TypeError that names the nearest option
 */
export function requireKnown(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${where} takes an object of options`);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new TypeError(`${where} has no option '${name}': did you mean '${nearestName(name, known)}'?`);
  }
}

/** The options of these names, inherited ones too: a class of settings may have getters, which `...` does not copy. */
function pick<Picked>(options: object, names: readonly string[]): Picked {
  const read = options as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.map((name) => [name, read[name]])) as Picked;
}

/**
 * The options of a guard, copied.
 *
 * @throws TypeError for an option that a guard does not have
 */
export function guardOptions(options: GuardOptions): GuardOptions {
  requireKnown('VideoCloudSignatureGuard', options, GUARD);
  return pick(options, GUARD);
}

/**
 * The name given to `forRoot`, and its other options, copied.
 *
 * @throws TypeError for an option that does not exist
 */
export function rootOptions(options: VideoCloudWebhooksOptions & ModuleName): {
  name: string | undefined;
  given: VideoCloudWebhooksOptions;
} {
  requireKnown('VideoCloudWebhooksModule', options, [...MODULE, 'name']);
  return { name: options.name, given: pick(options, MODULE) };
}

/** The options of a module, taken apart and checked. */
export interface ResolvedOptions {
  /** With a leading slash; false: no route. */
  readonly path: string | false;
  readonly env: ((request: IncomingMessage) => unknown) | undefined;
  readonly receiver: ReceiverOptions;
  /** What a guard without options of its own verifies with. */
  readonly guard: GuardOptions;
}

/**
 * The options of a module, taken apart.
 *
 * @throws TypeError for an option that does not exist, and for a path that is no plain path
 */
export function resolveOptions(options: VideoCloudWebhooksOptions): ResolvedOptions {
  if (Object(options).name !== undefined)
    throw new TypeError('name belongs beside useFactory, useClass or useExisting');
  requireKnown('VideoCloudWebhooksModule', options, MODULE);
  // Each option is read once: a getter may open an inbox.
  const given = pick<VideoCloudWebhooksOptions>(options, MODULE);
  const { path = 'webhooks', env } = given;
  return {
    path: path === false ? false : plainPath(path),
    env,
    receiver: pick(given, RECEIVER),
    guard: pick(given, GUARD),
  };
}

const SEGMENT = /^[\w.~-]+$/;

/** A path with a leading slash and none at its end. */
function plainPath(path: unknown): string {
  const segments = typeof path === 'string' ? path.replace(/^\/|\/$/g, '').split('/') : [];
  if (segments.length > 0 && segments.every((segment) => SEGMENT.test(segment))) return `/${segments.join('/')}`;
  throw new TypeError(
    `path must be a plain path such as 'webhooks/videocloud', without parameters or wildcards, or false; not ${JSON.stringify(path)}. ` +
      'For another route, put VideoCloudSignatureGuard on a controller of yours',
  );
}
