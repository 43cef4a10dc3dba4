import { ByteCollector } from '@videocloud/local-web/byte-collector';
import { Agent, type Dispatcher } from 'undici';
import type { Connector } from '../ssrf/connector.js';
import { AttemptError, toAttemptError } from './attempt-error.js';

const RESPONSE_LIMIT = 64 * 1024;

/** How a request went. */
export interface TransportResult {
  readonly response?:
    | { readonly status: number; readonly headers: string; readonly body: Buffer; readonly truncated: boolean }
    | undefined;
  readonly error?: AttemptError | undefined;
}

/** Sends one request over HTTP; never rejects. */
export class Transport {
  readonly #agent: Agent;
  readonly #timeout: number;

  constructor(options: { connector: Connector; timeout: number; connections: number }) {
    this.#timeout = options.timeout;
    // undici's own timers are off: one deadline of ours spans connection, request and the whole answer.
    this.#agent = new Agent({
      connect: options.connector,
      connections: options.connections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 2_000,
      keepAliveMaxTimeout: 10_000,
    });
  }

  send(url: URL, headers: Record<string, string>, body: Uint8Array): Promise<TransportResult> {
    return new Promise((resolve) => {
      const handler = new ResponseHandler(this.#timeout, resolve);
      try {
        this.#agent.dispatch(
          { origin: url.origin, path: `${url.pathname}${url.search}`, method: 'POST', headers, body },
          handler,
        );
      } catch (error) {
        handler.onResponseError(undefined, error);
      }
    });
  }

  /** Closes idle connections; no attempt may be under way. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

class ResponseHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (result: TransportResult) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #body = new ByteCollector(RESPONSE_LIMIT);
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: unknown = {};
  #done = false;

  constructor(timeout: number, resolve: (result: TransportResult) => void) {
    this.#resolve = resolve;
    this.#timer = setTimeout(() => {
      const error = new AttemptError('timeout', `no complete answer within ${timeout} ms`);
      this.#finish(error);
      this.#controller?.abort(error);
    }, timeout);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The connection may come up after the deadline: then nothing is sent on it.
    if (this.#done) controller.abort(new AttemptError('timeout', 'the deadline passed'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: unknown): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return;
    const room = RESPONSE_LIMIT - this.#body.length;
    this.#body.add(chunk.subarray(0, room));
    if (chunk.length <= room) return;
    // The status decides; nobody needs the rest.
    this.#finish(undefined, true);
    controller.abort(new AttemptError('connection_reset', 'the answer is longer than 64 KiB'));
  }

  onResponseEnd(): void {
    this.#finish(undefined);
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.#finish(toAttemptError(error));
  }

  #finish(failure: AttemptError | undefined, truncated = false): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#timer);
    const status = this.#status;
    const response =
      status === 0
        ? undefined
        : {
            status,
            headers: JSON.stringify(this.#headers),
            body: this.#body.take(),
            truncated: truncated || failure !== undefined,
          };
    const refused =
      status >= 200 && status < 300
        ? undefined
        : new AttemptError('http_status', `Server responded with ${status} status code`);
    this.#resolve({ response, error: failure ?? refused });
  }
}
