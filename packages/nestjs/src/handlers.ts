import { Logger, type Type } from '@nestjs/common';
import { ContextIdFactory, ModuleRef, type ModulesContainer } from '@nestjs/core';
import type { Context, Receiver } from '@videocloud/webhooks';
import { type HandlerMark, marksOf } from './on-event.js';

type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;
type Wrapper = NestModule['providers'] extends Map<unknown, infer W> ? W : never;
type AnyReceiver = Pick<Receiver, 'on'>;
type Provider = Record<string | symbol, unknown>;
/** Calls one method of a provider, whatever its scope. */
type Call = (name: string | symbol, event: unknown, context: Context) => Promise<void>;

/** The delivery that a request-scoped handler gets by `@Inject(REQUEST)`. */
export interface VideoCloudDelivery {
  readonly event: unknown;
  readonly context: Context;
}

/** Finds the decorated methods of an app and registers them with the receiver of one module. */
export class HandlerRegistry {
  readonly #receiver: AnyReceiver;
  readonly #isOurs: (mark: HandlerMark, where: string) => boolean;
  /** Providers that were looked at, so that a later look finds what is new. */
  readonly #seen = new WeakSet<object>();
  readonly #providedBy = new Map<object, string>();

  /** @param isOurs whether a handler takes events of this receiver */
  constructor(receiver: AnyReceiver, isOurs: (mark: HandlerMark, where: string) => boolean) {
    this.#receiver = receiver;
    this.#isOurs = isOurs;
  }

  /** Registers what was not there at the last call: providers and controllers, in the order of the modules. */
  register(modules: ModulesContainer): void {
    for (const module of modules.values()) {
      for (const wrapper of [...module.providers.values(), ...module.controllers.values()]) {
        if (!wrapper.isAlias) this.#registerProvider(wrapper as Wrapper, module);
      }
    }
  }

  #registerProvider(wrapper: Wrapper, module: NestModule): void {
    const instance = sharedInstance(wrapper);
    const prototype: object | null = instance === null ? scopedPrototype(wrapper) : Object.getPrototypeOf(instance);
    const marks = marksOf(prototype);
    const identity = instance ?? wrapper;
    if (prototype === null || marks.size === 0 || this.#seen.has(identity)) return;
    this.#seen.add(identity);
    const call = instance === null ? callScoped(wrapper, module) : callShared(instance);
    for (const [name, all] of marks) {
      const where = `${prototype.constructor.name}.${String(name)}`;
      requireNoEnhancers(prototype, name, where);
      for (const mark of all) {
        if (this.#isOurs(mark, where)) this.#on(mark, where, (event, context) => call(name, event, context));
      }
    }
    this.#warnOfTwins(prototype, module.name);
  }

  #on({ pattern, schema }: HandlerMark, where: string, handler: (event: unknown, context: Context) => unknown): void {
    try {
      if (schema === undefined) this.#receiver.on(pattern, handler);
      else this.#receiver.on(pattern, { schema }, handler);
    } catch (cause) {
      throw new TypeError(`@OnVideoCloudEvent on ${where}: ${(cause as Error).message}`, { cause });
    }
  }

  /** A class that two modules provide has two instances, and each handles every event. */
  #warnOfTwins(prototype: object, module: string): void {
    const other = this.#providedBy.get(prototype);
    this.#providedBy.set(prototype, module);
    if (other === undefined) return;
    new Logger('VideoCloudWebhooksModule').warn(
      `${prototype.constructor.name} is provided by ${other} and by ${module}: its handlers run twice for each event. ` +
        'Provide it once, export it, and import that module',
    );
  }
}

function callShared(instance: Provider): Call {
  return (name, event, context) => callMethod(instance, name, event, context);
}

/** One instance for each delivery, as Nest makes one for each request; its dependencies share the delivery. */
function callScoped({ token }: Wrapper, module: NestModule): Call {
  const moduleRef: ModuleRef = module.getProviderByKey(ModuleRef).instance;
  return async (name, event, context) => {
    const contextId = contextIdOf(context);
    moduleRef.registerRequestByContextId({ event, context } satisfies VideoCloudDelivery, contextId);
    const instance = await moduleRef.resolve(token as Type<Provider>, contextId, { strict: true });
    return callMethod(instance, name, event, context);
  };
}

async function callMethod(instance: Provider, name: string | symbol, event: unknown, context: Context): Promise<void> {
  const method = instance[name];
  if (typeof method !== 'function') throw new TypeError(`The handler ${String(name)} is no method any more`);
  const returned: unknown = await method.call(instance, event, context);
  // Nest's HttpService and ClientProxy give Observables, which do nothing until somebody subscribes.
  if (isObservable(returned)) await completed(returned, context.signal);
}

/** Resolves when it completes. One that never does is left when time is up: its work would go on without end. */
function completed(observable: ObservableLike, signal: AbortSignal): Promise<unknown> {
  return new Promise((complete, error) => {
    const subscription = observable.subscribe({ complete, error });
    const leave = () => {
      subscription.unsubscribe();
      error(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
}

interface ObservableLike {
  subscribe(observer: { complete(value?: unknown): void; error(reason: unknown): void }): { unsubscribe(): void };
}

/** As RxJS decides it, of any copy. */
function isObservable(value: unknown): value is ObservableLike {
  const { lift, subscribe } = Object(value) as { lift?: unknown; subscribe?: unknown };
  return typeof lift === 'function' && typeof subscribe === 'function';
}

const contextIds = new WeakMap<Context, ReturnType<typeof ContextIdFactory.create>>();

/** The handlers of one delivery share their request-scoped instances. */
function contextIdOf(context: Context) {
  const known = contextIds.get(context) ?? ContextIdFactory.create();
  contextIds.set(context, known);
  return known;
}

/** The one instance of a provider; null where Nest makes one for each request or user. */
function sharedInstance(wrapper: Wrapper): Provider | null {
  const instance = wrapper.isDependencyTreeStatic() && !wrapper.isTransient ? wrapper.instance : null;
  return typeof instance === 'object' ? (instance as Provider | null) : null;
}

function scopedPrototype(wrapper: Wrapper): object | null {
  if (wrapper.isDependencyTreeStatic() && !wrapper.isTransient) return null;
  return (wrapper.metatype?.prototype as object | undefined) ?? null;
}

/** As `@nestjs/common` stores what is put on a method. */
const ENHANCERS = {
  __guards__: 'guards',
  __pipes__: 'pipes',
  __interceptors__: 'interceptors',
  __exceptionFilters__: 'filters',
};
const ROUTE = 'path';

/**
 * @throws TypeError for a handler with guards and the like, unless they are those of a route: they would not run
 */
function requireNoEnhancers(prototype: object, name: string | symbol, where: string): void {
  const method: unknown = Reflect.get(prototype, name);
  const { hasMetadata } = Reflect as { hasMetadata?(key: string, target: unknown): boolean };
  if (typeof method !== 'function' || hasMetadata === undefined || hasMetadata(ROUTE, method)) return;
  for (const [key, kind] of Object.entries(ENHANCERS)) {
    if (!hasMetadata(key, method)) continue;
    throw new TypeError(`${where} has ${kind}, which do not run for webhook handlers: call what they do in the method`);
  }
}
