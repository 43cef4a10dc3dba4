import {
  VideoCloud,
  VideoCloudApiError,
  VideoCloudConnectionError,
  VideoCloudTimeoutError,
  type Webhooks,
} from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { type Failure, reasonOf, remote, usage } from '../failure.js';
import { httpUrl, readBytes } from '../input/read.js';
import { decodeUtf8 } from '../input/utf8.js';
import { harmless, type Io } from '../io.js';

export interface ApiOptions {
  readonly json?: boolean;
  readonly baseUrl?: string;
  readonly tokenFile?: string;
}

/** Where the management API is, and the token for it. */
export function withApi(command: Command): Command {
  return command
    .option('--base-url <url>', 'the management API (or VIDEOCLOUD_API_URL)')
    .option('--token-file <file>', 'file with the API token (or VIDEOCLOUD_API_TOKEN)')
    .option('--json', 'one JSON document on standard output');
}

export async function webhooksOf(io: Io, options: ApiOptions): Promise<Webhooks> {
  const baseUrl = options.baseUrl ?? io.env.VIDEOCLOUD_API_URL;
  if (baseUrl === undefined || baseUrl === '') throw usage('no API: give --base-url URL or set VIDEOCLOUD_API_URL');
  httpUrl(baseUrl, 'the base URL');
  let token = io.env.VIDEOCLOUD_API_TOKEN;
  if (options.tokenFile !== undefined) token = decodeUtf8(await readBytes(io, options.tokenFile))?.trim();
  return new VideoCloud({ baseUrl, token: token === '' ? undefined : token }).webhooks;
}

/** The failure that stands for what the client threw. */
export function failureOf(error: unknown): Failure {
  if (error instanceof VideoCloudApiError) {
    const details = error.details.map(({ path, message }) => `${path}: ${message}`).join('; ');
    const where = details === '' ? '' : ` (${details})`;
    return remote(harmless(`the API answered ${error.status} ${error.code}: ${error.message}${where}`, 600));
  }
  if (error instanceof VideoCloudConnectionError || error instanceof VideoCloudTimeoutError) {
    return remote(`the API was not reached: ${harmless(reasonOf(error), 300)}`);
  }
  // What the client refuses before anything is sent.
  if (error instanceof TypeError) return usage(harmless(error.message, 300));
  return remote(harmless(reasonOf(error), 300));
}
