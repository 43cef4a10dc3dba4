import type { Client } from 'openapi-fetch';
import type { paths } from './generated/openapi.js';
import { bufferedResponse } from './http/buffered-response.js';
import { createClient } from './http/openapi-fetch.js';
import { exchange } from './http/transport.js';
import { settingsOf, type VideoCloudOptions } from './options.js';
import { redactorOf } from './redaction/request-secrets.js';
import { Caller } from './webhooks/caller.js';
import { Webhooks } from './webhooks/webhooks.js';

/**
 * Client of the VideoCloud webhook management API.
 *
 * @throws TypeError when an option is missing, wrong or unknown
 * @example
 * ```ts
 * import { VideoCloud } from '@videocloud/webhooks-client';
 *
 * const videocloud = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test', token: process.env.VIDEOCLOUD_API_TOKEN });
 * const webhook = await videocloud.webhooks.create({
 *   url: 'https://your-server.com/webhooks',
 *   events: ['video.uploaded', 'video.processed'],
 *   secret: 'a long random secret',
 * });
 * console.log(webhook.id);
 * ```
 * @see The guide, «Настройка вебхуков»
 */
export class VideoCloud {
  /** The subscriptions of the account. */
  readonly webhooks: Webhooks;
  /**
   * The openapi-fetch client underneath, for operations without a method here. Same time limits and retries; answers come as
   * they are (`{ data, error, response }`), and only the compiler checks inputs.
   */
  readonly raw: Client<paths>;

  constructor(options: VideoCloudOptions) {
    const settings = settingsOf(options);
    this.raw = createClient<paths>({
      baseUrl: settings.baseUrl,
      headers: settings.headers,
      redirect: 'manual',
      fetch: async (request) => {
        const repeat = request.method === 'POST' ? 'unsent' : 'safe';
        const redactor = await redactorOf(request, settings.redactor);
        const { response, bytes } = await exchange(request, repeat, settings.transport, redactor, request.signal);
        return bufferedResponse(response, bytes);
      },
    });
    this.webhooks = new Webhooks(new Caller(this.raw, settings), settings.transport.now);
  }
}
