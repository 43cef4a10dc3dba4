import type { Client } from 'openapi-fetch';
import { VideoCloudApiError } from '../errors.js';
import type { paths } from '../generated/openapi.js';
import { bufferedResponse } from '../http/buffered-response.js';
import { expectSuccess } from '../http/envelope.js';
import { exchange, type Repeat } from '../http/transport.js';
import type { Settings } from '../options.js';
import { redactorOf } from '../redaction/request-secrets.js';

type Raw = Client<paths>;

export interface CallPlan<T> {
  repeat: Repeat;
  /** Not given to `Request`, which would leave a listener on it. */
  signal: AbortSignal | undefined;
  /** The result when a repeated attempt gets 404: an earlier one did the work, and its answer was lost. */
  whenGone?: T;
  isData: (data: Record<string, unknown>) => boolean;
  /** Makes the request through the raw client, with the `fetch` given. */
  send: (
    raw: Raw,
    fetch: (request: Request) => Promise<Response>,
  ) => Promise<{ data?: { data: T }; response: Response }>;
}

/** Runs one operation through the raw client, with time limits, retries and a check of the answer. */
export class Caller {
  readonly #raw: Raw;
  readonly #settings: Settings;

  constructor(raw: Raw, settings: Settings) {
    this.#raw = raw;
    this.#settings = settings;
  }

  async call<T>({ repeat, signal, whenGone, isData, send }: CallPlan<T>): Promise<T> {
    const { transport } = this.#settings;
    const { data, response } = await send(this.#raw, async (request) => {
      const redactor = await redactorOf(request, this.#settings.redactor);
      const answer = await exchange(request, repeat, transport, redactor, signal);
      try {
        expectSuccess(request, answer, isData, redactor);
      } catch (error) {
        const gone = error instanceof VideoCloudApiError && error.code === 'not_found' && answer.repeated;
        if (!gone || whenGone === undefined) throw error;
        return Response.json({ success: true, data: whenGone });
      }
      return bufferedResponse(answer.response, answer.bytes);
    });
    if (data === undefined) {
      // The user's middleware answered instead of the server.
      throw new VideoCloudApiError({
        status: response.status,
        code: 'invalid_response',
        message: `a middleware answered ${response.status} without data`,
        attempts: 1,
      });
    }
    return data.data;
  }
}
