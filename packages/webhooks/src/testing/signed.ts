import { type RawBody, toBytes } from '../signature/bytes.js';
import type { Secret } from '../signature/secrets.js';
import { sign } from '../signature/sign.js';

/** Anything shaped like a delivery, of a cataloged name or not. */
export interface SignableEvent {
  event: string;
  timestamp: string;
  data: object;
}

/** What VideoCloud would send: exact bytes, their signature, and the headers that go with them. */
export interface SignedBody {
  /**
   * The bytes that were signed; a `Buffer` where there is one (Node, Bun, Deno). For `fetch`, `Request` and Fastify's
   * `inject({ payload: body })`.
   */
  body: Uint8Array & { readonly buffer: ArrayBuffer };
  /**
   * The same bytes as text. For supertest, whose `.send()` turns a `Buffer` into JSON. A body that is not UTF-8 has no
   * text with the same bytes: send `body`.
   */
  text: string;
  /** 64 lower-case hex digits. */
  signature: string;
  /** Lower-case names, for `fetch`, `Headers`, supertest's `.set()` and `inject`. The client adds Content-Length. */
  headers: { 'content-type': 'application/json'; 'x-videocloud-signature': string };
}

/**
 * Signs an event, or exact bytes, as VideoCloud would deliver them.
 *
 * @param event an event (sent as compact JSON), or a raw body to be sent byte for byte, whatever it holds
 * @param secret the secret the receiver under test was given
 * @throws TypeError when the secret is blank or `event` is neither an object nor a raw body
 * @example
 * ```ts
 * import { fixture, signedBody } from '@videocloud/webhooks/testing';
 *
 * const { body, headers } = await signedBody(fixture('video.uploaded'), 'test-secret');
 * const request = new Request('https://example.com/webhooks', { method: 'POST', body, headers });
 * ```
 * @example
 * With supertest: `.set(headers)` first, then the text.
 * ```ts
 * import { fixture, signedBody } from '@videocloud/webhooks/testing';
 * import express from 'express';
 * import request from 'supertest';
 *
 * const app = express();
 * const { text, headers } = await signedBody(fixture('video.uploaded'), 'test-secret');
 * await request(app).post('/webhooks').set(headers).send(text).expect(404);
 * ```
 * @example With Fastify.
 * ```ts
 * import { fixture, signedBody } from '@videocloud/webhooks/testing';
 * import Fastify from 'fastify';
 *
 * const app = Fastify();
 * const { body, headers } = await signedBody(fixture('video.uploaded'), 'test-secret');
 * const { statusCode } = await app.inject({ method: 'POST', url: '/webhooks', headers, payload: body });
 * console.log(statusCode); // 404
 * ```
 * @see the guide, "Подписи вебхуков"
 */
export async function signedBody(event: SignableEvent | RawBody, secret: Secret): Promise<SignedBody> {
  // Copied, so that what is sent later is what was signed, whatever the caller does to the buffer meanwhile.
  const body = copyOf(bytesOf(event));
  const signature = await sign(body, secret);
  const headers = { 'content-type': 'application/json', 'x-videocloud-signature': signature } as const;
  return { body, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(body), signature, headers };
}

type OwnedBytes = SignedBody['body'];

function copyOf(bytes: Uint8Array): OwnedBytes {
  // HTTP clients of Node look for a Buffer. Elsewhere there is none.
  const { Buffer } = globalThis as { Buffer?: { alloc(size: number): OwnedBytes } };
  const copy: OwnedBytes = Buffer === undefined ? new Uint8Array(bytes.length) : Buffer.alloc(bytes.length);
  copy.set(bytes);
  return copy;
}

/**
 * A signed delivery as a Web `Request`, for `receiver.fetch`, a Next.js route or a Hono app.
 *
 * @param url where the receiver would listen; absolute, as `Request` demands
 * @param event an event (sent as compact JSON), or a raw body to be sent byte for byte
 * @param secret the secret the receiver under test was given
 * @throws TypeError when the secret is blank, the URL is not absolute, or `event` is neither an object nor a raw body
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { fixture, signedRequest } from '@videocloud/webhooks/testing';
 *
 * const receiver = createReceiver({ secrets: 'test-secret' });
 * const request = await signedRequest('https://example.com/webhooks', fixture('user.deleted'), 'test-secret');
 * console.log((await receiver.fetch(request)).status); // 200
 * ```
 * @see the guide, "Подписи вебхуков"
 */
export async function signedRequest(
  url: string | URL,
  event: SignableEvent | RawBody,
  secret: Secret,
): Promise<Request> {
  const { body, headers } = await signedBody(event, secret);
  return new Request(url, { method: 'POST', headers, body });
}

function bytesOf(event: SignableEvent | RawBody): Uint8Array {
  const isObject = Object.prototype.toString.call(event) === '[object Object]';
  return toBytes(isObject ? JSON.stringify(event) : (event as RawBody));
}
