import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeBody, encodeHead, type Origin } from './encode.js';
import { type EndpointAnswer, type NoAnswer, noAnswer, type WireRequest } from './message.js';
import { takeResponse } from './response.js';
import type { Connection, WaitLimits } from './transport.js';

/** More than one whole answer. An endpoint that sends more is cut off: what it sends must not fill this machine's memory. */
const MAX_RECEIVED = 512 * 1024;
/** How many 1xx answers may come before the final one. */
const MAX_INTERIM = 20;
/** RFC 9110, section 10.1.1: a client need not wait for the interim answer indefinitely. */
const EXPECT_WAIT = 1_000;

/** One connected socket, read as a sequence of HTTP responses. */
export class SocketConnection implements Connection {
  readonly #socket: Socket;
  readonly #origin: Origin;
  readonly #keepAlive: boolean;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #bodySent = 0;
  #wake: (() => void)[] = [];

  constructor(socket: Socket, origin: Origin, keepAlive: boolean) {
    this.#socket = socket;
    this.#origin = origin;
    this.#keepAlive = keepAlive;
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => {
      this.#received = Buffer.concat([this.#received, data]);
      if (this.#received.length > MAX_RECEIVED) socket.destroy();
      this.#notify();
    });
    const finish = () => {
      this.#ended = true;
      this.#notify();
    };
    socket.on('end', finish);
    socket.on('close', finish);
    socket.on('error', finish);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || !this.#socket.writable) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.write(bytes, () => resolve());
    });
  }

  encode(message: WireRequest): Uint8Array {
    return Buffer.concat([this.#head(message), ...encodeBody(message)]);
  }

  async writeRequest(message: WireRequest): Promise<void> {
    const head = this.#head(message);
    if (message.expectContinue) {
      await this.write(head);
      await Promise.race([this.#arrival(), sleep(EXPECT_WAIT, undefined, { ref: false })]);
      if (/^HTTP\/1\.1 [2-5]/.test(this.#received.toString('latin1', 0, 12))) return;
    } else if (message.pauseMs === 0 && message.cuts.length === 0) {
      return this.write(Buffer.concat([head, ...encodeBody(message)]));
    } else {
      await this.write(head);
    }
    let first = true;
    for (const piece of encodeBody(message)) {
      // Each piece must leave as a segment of its own, so the pause is real even at 0 ms.
      if (!first) await sleep(message.pauseMs);
      first = false;
      if (this.#ended) return;
      await this.write(piece);
      this.#bodySent += piece.length;
    }
  }

  async answer(method: string, limits: WaitLimits): Promise<EndpointAnswer> {
    const started = performance.now();
    const expiry = AbortSignal.timeout(Math.max(1, Math.ceil(limits.deadline)));
    const given = (failure: NoAnswer) => noAnswer(failure, performance.now() - started);
    let interim = 0;
    for (;;) {
      if (limits.signal.aborted) return given('interrupted');
      const response = takeResponse(this.#received, method, this.#ended);
      if (response === 'malformed') return given('malformed');
      if (response !== 'more') {
        this.#received = this.#received.subarray(response.used);
        if (response.status < 200 && ++interim > MAX_INTERIM) return given('malformed');
        if (response.status < 200) continue;
        const { status, head, body } = response;
        return { status, head, body, bodySent: this.#bodySent, durationMs: performance.now() - started };
      }
      if (this.#ended) return { ...given('closed'), bodySent: this.#bodySent };
      if (expiry.aborted) return given('timeout');
      await this.#arrival(expiry, limits.signal);
    }
  }

  /** Ends the sending side; answers are still read. */
  finish(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
  }

  #arrival(...signals: AbortSignal[]): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        for (const signal of signals) signal.removeEventListener('abort', done);
        resolve();
      };
      for (const signal of signals) signal.addEventListener('abort', done, { once: true });
      this.#wake.push(done);
    });
  }

  #head(message: WireRequest): Buffer {
    return encodeHead(message, this.#origin, this.#keepAlive ? 'keep-alive' : 'close');
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
