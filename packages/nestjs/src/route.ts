import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;
type HttpAdapter = HttpAdapterHost['httpAdapter'];

/** The part of an Express application that is used here. */
interface ExpressApp {
  handle(request: IncomingMessage, response: ServerResponse, next?: unknown): unknown;
  /** Express 5. In Express 4 it is a getter that throws, and the router is `_router`. */
  readonly router?: Router;
  readonly _router?: Router;
}
interface Router {
  readonly stack?: readonly { readonly route?: { readonly path?: unknown } }[];
}

/** The part of a Fastify instance that is used here, of Fastify 4 and 5. */
interface FastifyApp {
  all(
    path: string,
    options: { onRequest(request: RawRequest, reply: RawReply): Promise<void> },
    handler: () => undefined,
  ): unknown;
}
interface RawRequest {
  readonly raw: IncomingMessage;
}
interface RawReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** The routes of our modules, by HTTP application. */
const mounted = new WeakMap<object, Set<string>>();

/**
 * Puts a listener on a path, in front of whatever else reads or answers requests. Body parsers, middleware, guards, pipes,
 * interceptors and filters are for other routes.
 *
 * @throws TypeError for a platform other than Express and Fastify, and for a path that is in use
 */
export function mountRoute(adapter: HttpAdapter, path: string, listener: Listener): void {
  const app: object = adapter.getInstance();
  const paths = mounted.get(app) ?? new Set();
  if (paths.has(path)) {
    throw new TypeError(`Two VideoCloudWebhooksModules have the path ${path}: give each a \`path\` of its own`);
  }
  const type = adapter.getType();
  if (type === 'express') mountOnExpress(app as ExpressApp, path, listener);
  else if (type === 'fastify') mountOnFastify(app as FastifyApp, path, listener);
  else {
    throw new TypeError(
      `VideoCloudWebhooksModule runs on the Express and Fastify platforms, not on '${type}': ` +
        'give { path: false } and put webhookHandler() of @videocloud/webhooks on a route yourself',
    );
  }
  mounted.set(app, paths.add(path));
}

/** The path below the global prefix, unless the prefix excludes it. Versions do not apply. */
export function withGlobalPrefix(path: string, config: ApplicationConfig): string {
  const prefix = config.getGlobalPrefix().split('/').filter(Boolean);
  const { exclude = [] } = config.getGlobalPrefixOptions();
  const isExcluded = exclude.some(
    ({ pathRegex, requestMethod }) =>
      pathRegex.test(path) && [RequestMethod.ALL, RequestMethod.POST].includes(requestMethod),
  );
  return isExcluded ? path : ['', ...prefix, path.slice(1)].join('/');
}

/** In front of the whole application: whatever order middleware was added in, it comes later. */
function mountOnExpress(app: ExpressApp, path: string, listener: Listener): void {
  const router = app._router ?? app.router;
  if (router?.stack?.some(({ route }) => route?.path === path)) throw pathInUse(path);
  const next = app.handle;
  const wanted = path.toLowerCase();
  app.handle = function handle(request, response, ...rest) {
    return pathOf(request.url).toLowerCase() === wanted
      ? listener(request, response)
      : next.call(this, request, response, ...rest);
  };
}

/** In `onRequest`: parsers would consume the stream, and reject types that they do not know. */
function mountOnFastify(app: FastifyApp, path: string, listener: Listener): void {
  try {
    app.all(
      path,
      {
        async onRequest(request, reply) {
          reply.hijack();
          await listener(request.raw, reply.raw);
        },
      },
      () => undefined,
    );
  } catch (cause) {
    if ((cause as { code?: unknown } | null)?.code === 'FST_ERR_DUPLICATED_ROUTE') throw pathInUse(path, cause);
    throw cause;
  }
}

function pathInUse(path: string, cause?: unknown): TypeError {
  return new TypeError(
    `VideoCloudWebhooksModule has the path ${path}, and so has a controller: give the module another \`path\`, ` +
      'or { path: false } when the controller has VideoCloudSignatureGuard',
    { cause },
  );
}

/** The path of a request target, as Express matches it: without query, host and a slash at the end. */
function pathOf(url = '/'): string {
  const [target = ''] = (url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '')).split('?', 1);
  return target.length > 1 && target.endsWith('/') ? target.slice(0, -1) : target;
}
