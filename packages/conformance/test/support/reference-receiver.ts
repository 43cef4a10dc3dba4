import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Served, serve } from './serve.js';

export const SECRET = 'whk_reference_secret_7f3a';
export const PREVIOUS = 'whk_previous_secret_11c9';

/** What a request is answered: a status and a body. */
export interface Reply {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

/** One request as the stages see it. */
export interface Incoming {
  request: IncomingMessage;
  raw: Buffer;
  header: string | string[] | undefined;
}

/** The receiver's decisions; a fault replaces one. It is written apart from @videocloud/webhooks, so that the kit is judged by another. */
export interface Stages {
  secrets: readonly string[];
  admit(request: IncomingMessage): Reply | undefined;
  read(request: IncomingMessage): Promise<Buffer | Reply>;
  /** Undefined when the signature is right. */
  refuse(incoming: Incoming, stages: Stages): Reply | undefined;
  key(raw: Buffer, incoming: Incoming): string;
  claim(key: string, receiver: State): 'new' | 'done' | 'busy' | Promise<'new' | 'done' | 'busy'>;
  parse(raw: Buffer): unknown;
  /** A reply that ends the request, or undefined to handle the event. */
  screen(value: unknown): Reply | undefined;
  work(raw: Buffer, state: State): void | Promise<void>;
  settle(key: string, outcome: 'done' | 'failed', state: State): Reply;
  answer(response: ServerResponse, reply: Reply): void;
  handle(request: IncomingMessage, stages: Stages, state: State): Promise<Reply>;
}

/** What the receiver remembers. */
export interface State {
  claims: Map<string, 'busy' | 'done'>;
  handled: Map<string, number>;
  failing: Set<string>;
  extra: Map<string, unknown>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const hmac = (secret: string, bytes: Uint8Array | string) =>
  createHmac('sha256', secret).update(bytes).digest('hex');
export const reply = (status: number, body = ''): Reply => ({ status, body });
export const MALFORMED = reply(401, 'signature malformed');
export const MISMATCH = reply(401, 'signature mismatch');

/** The longest body, in bytes. */
export const LIMIT = 1_048_576;

/** Everything right. */
export const RIGHT: Stages = {
  secrets: [SECRET, PREVIOUS],
  admit(request) {
    if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' } };
    const encoding = request.headers['content-encoding'];
    return encoding === undefined || encoding === 'identity' ? undefined : reply(415);
  },
  async read(request) {
    const chunks: Buffer[] = [];
    let size = 0;
    // Leaving the loop must not end the connection: the answer is still to be written.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > LIMIT) return reply(413);
      chunks.push(chunk);
    }
    return request.complete ? Buffer.concat(chunks) : reply(400);
  },
  refuse({ raw, header }, { secrets }) {
    if (typeof header !== 'string' || header === '') return reply(401, 'signature missing');
    if (!/^[0-9a-f]{64}$/i.test(header)) return MALFORMED;
    const given = Buffer.from(header, 'hex');
    const right = secrets.some((secret) => timingSafeEqual(given, createHmac('sha256', secret).update(raw).digest()));
    return right ? undefined : MISMATCH;
  },
  key: (raw) => sha256(raw),
  claim(key, { claims }) {
    const known = claims.get(key);
    if (known === undefined) claims.set(key, 'busy');
    return known ?? 'new';
  },
  parse: (raw) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)),
  screen(value) {
    const envelope = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    return typeof envelope.event === 'string' ? undefined : reply(400, 'not an event');
  },
  work(raw, { handled, failing }) {
    const key = sha256(raw);
    if (failing.delete(key)) throw new Error('the handler failed');
    handled.set(key, (handled.get(key) ?? 0) + 1);
  },
  settle(key, outcome, { claims }) {
    if (outcome === 'done') claims.set(key, 'done');
    else claims.delete(key);
    return outcome === 'done' ? reply(200, 'ok') : reply(500, 'try again');
  },
  answer(response, { status, body = '', headers = {} }) {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
  },
  handle: refusing(() => undefined),
};

/** From a request to an answer; `misdeed` is what is done to a refused delivery: nothing, where all is right. */
export function refusing(misdeed: (incoming: Incoming, stages: Stages, state: State) => unknown): Stages['handle'] {
  return async (request, stages, state) => {
    const turnedAway = stages.admit(request);
    if (turnedAway) {
      request.resume();
      return turnedAway;
    }
    const raw = await stages.read(request);
    if (!Buffer.isBuffer(raw)) return raw;
    const incoming: Incoming = { request, raw, header: request.headers['x-videocloud-signature'] };
    const refusal = stages.refuse(incoming, stages);
    if (refusal) await misdeed(incoming, stages, state);
    return refusal ?? process(raw, incoming, stages, state);
  };
}

/** From a verified body to an answer. */
export async function process(raw: Buffer, incoming: Incoming, stages: Stages, state: State): Promise<Reply> {
  const key = stages.key(raw, incoming);
  const claimed = await stages.claim(key, state);
  if (claimed === 'done') return reply(200, 'already done');
  if (claimed === 'busy') return { status: 409, headers: { 'retry-after': '1' } };
  try {
    let value: unknown;
    try {
      value = stages.parse(raw);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
      stages.settle(key, 'failed', state);
      return reply(400, 'not JSON');
    }
    const screened = stages.screen(value);
    if (screened) {
      stages.settle(key, 'failed', state);
      return screened;
    }
    await stages.work(raw, state);
    return stages.settle(key, 'done', state);
  } catch {
    return stages.settle(key, 'failed', state);
  }
}

/** A receiver on a port of its own, with the given stages at fault. */
export async function receiver(
  fault: Partial<Stages> = {},
  serverOptions: { maxHeaderSize?: number } = {},
): Promise<Served & { state: State }> {
  const stages: Stages = { ...RIGHT, ...fault };
  const state: State = { claims: new Map(), handled: new Map(), failing: new Set(), extra: new Map() };
  const server = createServer(serverOptions, (request, response) => {
    stages
      .handle(request, stages, state)
      .then((answer) => stages.answer(response, answer))
      .catch(() => response.destroy());
  });
  return { ...(await serve(server)), state };
}
