// Compiled by `npm run typecheck`, never run: `receiver.fetch` fits the platforms as it stands.

import type { D1Database, ExecutionContext, ExportedHandler, MessageBatch, Queue } from '@cloudflare/workers-types';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import {
  type Context,
  createReceiver,
  type ExecutionContextLike,
  type Handler,
  type IdempotencyStore,
  memoryStore,
  type Receiver,
  type ReceiverOptions,
} from '../../src/index.js';
import { queueHandler, queueInbox } from '../../src/queues/cloudflare.js';

interface Env {
  readonly SECRET: string;
  readonly DB: D1Database;
  readonly QUEUE: Queue;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(proof: Same<A, B>): void;
declare function storeOf(db: D1Database): IdempotencyStore;
declare const env: Env;

const worker = createReceiver<Env>({
  secrets: ({ env }) => env.SECRET,
  idempotency: { store: ({ env }) => storeOf(env.DB) },
  onUnhandled: (_, context) => same<typeof context.env, Env>(true),
  onDeadLetter: (_, context) => same<typeof context.env, Env>(true),
}).on('video.processed', (event, context) => {
  same<typeof context, Context<Env>>(true);
  same<typeof event.data.videoId, string>(true);
  same<typeof context.headers, Headers | null>(true);
  same<typeof context.requestId, string | null>(true);
});
same<typeof worker, Receiver<Env>>(true);

// A Worker, as the platform's own types describe it. Its Request and Response are not those of lib.dom.
const cloudflare: ExportedHandler<Env>['fetch'] = (request, env, ctx) =>
  worker.fetch(request as unknown as Request, env, ctx) as unknown as ReturnType<
    NonNullable<ExportedHandler<Env>['fetch']>
  >;
void cloudflare;
// Both halves of a Worker with a queue, made once: nothing is read from `env` before a request.
declare const batch: MessageBatch;
export const accepting = createReceiver<Env>({
  secrets: ({ env }) => env.SECRET,
  inbox: ({ env }) => queueInbox(env.QUEUE),
});
const queue: ExportedHandler<Env>['queue'] = queueHandler(worker);
void queue;
declare const executionContext: ExecutionContext;
same<typeof executionContext extends ExecutionContextLike ? true : false, true>(true);

// What the platforms that hand over something of their own as second argument take.
interface WorkerModule<E> {
  fetch?: (request: Request, env: E, ctx: ExecutionContext) => Response | Promise<Response>;
}
interface BunServer {
  readonly port: number;
}
interface BunOptions {
  fetch(this: BunServer, request: Request, server: BunServer): Response | Promise<Response>;
}
interface DenoInfo {
  readonly remoteAddr: { readonly hostname: string };
}
type DenoHandler = (request: Request, info: DenoInfo) => Response | Promise<Response>;
type NextRoute = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;

const anywhere = createReceiver({ secrets: 'whk-secret', idempotency: memoryStore() });
void queueHandler(anywhere)(batch);
export default { fetch: worker.fetch } satisfies WorkerModule<Env>;
void ({ fetch: anywhere.fetch } satisfies WorkerModule<Env>);
void ({ fetch: anywhere.fetch } satisfies BunOptions);
void (anywhere.fetch satisfies DenoHandler);
export const POST = anywhere.fetch satisfies NextRoute;
void ((request: Request) => worker.fetch(request, env));

// The env of another platform is not this one's.
// @ts-expect-error a number is not Env
void worker.fetch(new Request('http://localhost/'), 7);
// @ts-expect-error env has no such member
createReceiver<Env>({ secrets: ({ env }) => env.NOPE });
// @ts-expect-error an option that does not exist
createReceiver({ secrets: 'whk-secret', onEror: () => {} });
// @ts-expect-error neither 'strict' nor 'report'
createReceiver({ secrets: 'whk-secret', validation: 'off' });

// Handlers return anything, and one of unknown Env fits every receiver.
const insert: Handler<'user.created'> = (event) => [event.data];
worker.on('user.created', insert);
const withEnv: Handler<'*', Env> = (_, { env }) => env.SECRET;
worker.on('*', withEnv);
// @ts-expect-error this receiver has no env
anywhere.on('*', withEnv);

void anywhere.receive({ body: '', signature: null, headers: { a: ['b', 'c'], d: undefined }, env: 7 });
void worker.receive({ body: '', signature: null, headers: new Headers(), env });
void worker.dispatch('', { env, attempt: undefined, signal: undefined });

const observed: ReceiverOptions = {
  secrets: 'whk-secret',
  onOutcome: ({ phase, status, durationMs, reason, requestId }) => {
    same<typeof phase, 'answer' | 'background' | 'handling'>(true);
    same<typeof status, number | null>(true);
    same<typeof durationMs, number>(true);
    same<typeof requestId, string | null>(true);
    if (reason === 'payload_invalid') console.log(reason);
  },
};
void observed;

// A schema of the user's own types the payload.
const sized = { videoId: z.string(), size: z.coerce.number() };
worker
  .on('video.deleted', { schema: z.object(sized) }, (event, context) => {
    same<typeof event.data, { videoId: string; size: number }>(true);
    same<typeof event.event, 'video.deleted'>(true);
    same<typeof context.env, Env>(true);
  })
  .on('user.created', { schema: v.object({ id: v.pipe(v.string(), v.transform(Number)) }) }, (event) => {
    same<typeof event.data, { id: number }>(true);
    same<typeof event.event, 'user.created' | 'user.registered'>(true);
  })
  .on('system.*', { schema: type({ code: 'string' }) }, (event) => same<typeof event.data, { code: string }>(true));
// @ts-expect-error no schema
worker.on('video.deleted', { schema: {} }, () => {});
