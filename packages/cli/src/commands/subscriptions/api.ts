import { decodeUtf8 } from '@videocloud/local-web/captures';
import {
  VideoCloud,
  VideoCloudApiError,
  VideoCloudConnectionError,
  VideoCloudTimeoutError,
  type Webhooks,
} from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { Failure, isNamed, reasonOf, remote, usage } from '../../failure.js';
import { httpUrl, readBytes } from '../../input/read.js';
import type { Io } from '../../io.js';
import { withJson } from '../options.js';

export interface ApiOptions {
  readonly json?: boolean;
  readonly baseUrl?: string;
  readonly tokenFile?: string;
}

/** Where the management API is, and the token for it. */
export function withApi(command: Command): Command {
  return withJson(
    command
      .option('--base-url <url>', 'the management API (or VIDEOCLOUD_API_URL)')
      .option('--token-file <file>', 'file with the API token (or VIDEOCLOUD_API_TOKEN)'),
  );
}

/** Runs `work` with the API the options name. What the client throws ends the command in words of the command line. */
export async function callApi<T>(io: Io, options: ApiOptions, work: (webhooks: Webhooks) => Promise<T>): Promise<T> {
  try {
    return await work(await webhooksOf(io, options));
  } catch (error) {
    throw failureOf(error);
  }
}

async function webhooksOf(io: Io, options: ApiOptions): Promise<Webhooks> {
  const baseUrl = options.baseUrl ?? io.env.VIDEOCLOUD_API_URL;
  if (baseUrl === undefined || baseUrl === '') throw usage('no API: give --base-url URL or set VIDEOCLOUD_API_URL');
  httpUrl(baseUrl, 'the base URL');
  const token = await tokenOf(io, options);
  return new VideoCloud({ baseUrl, token: token === '' ? undefined : token }).webhooks;
}

async function tokenOf(io: Io, { tokenFile }: ApiOptions): Promise<string | undefined> {
  if (tokenFile === undefined) return io.env.VIDEOCLOUD_API_TOKEN?.trim();
  const text = decodeUtf8(await readBytes(io, tokenFile, 'the file of --token-file'));
  if (text === undefined) throw usage(`the token in ${tokenFile} is not UTF-8 text`);
  // Also takes off a byte order mark and the newline at the end.
  const token = text.trim();
  if (token === '') throw usage(`the token file ${tokenFile} is blank`);
  return token;
}

/** What the client threw, in words of the command line. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof VideoCloudApiError) {
    const hint = error.status === 401 ? ' Is VIDEOCLOUD_API_TOKEN or --token-file right?' : '';
    // Some errors are the client's own, without an answer of the API.
    const answered = /^[A-Z]+ \//.test(error.message) ? 'the API answered ' : '';
    return remote(`${answered}${error.message}${hint}`);
  }
  if (error instanceof VideoCloudConnectionError || error instanceof VideoCloudTimeoutError) {
    return remote(`the API was not reached: ${reasonOf(error)}`);
  }
  // Wrong input, found before anything is sent.
  return isNamed(error, 'TypeError') ? usage(reasonOf(error)) : remote(reasonOf(error));
}
