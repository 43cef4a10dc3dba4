import { type Captured, type CaptureOptions, notUnderstood, readCaptured } from '@videocloud/local-web/captures';
import type { Command } from 'commander';
import { withJson, withSecret } from '../commands/options.js';
import { isNamed, reasonOf, usage } from '../failure.js';
import type { Io } from '../io.js';
import { integer, readBytes } from './read.js';
import { readSecrets, type SecretOptions } from './secrets.js';

/** Options of the commands that judge a delivery. */
export interface DeliveryOptions extends SecretOptions {
  readonly json?: boolean;
  readonly signature?: string;
  readonly raw?: boolean;
  readonly request?: string;
}

/** A delivery with all that its signature is checked with. */
export interface Delivery extends ReadDelivery {
  readonly secrets: readonly string[];
}

/** A delivery as its capture holds it. */
export interface ReadDelivery {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined when the request has no such header. */
  readonly signature: string | undefined;
}

/** Adds the options of {@link DeliveryOptions}. */
export function withDelivery(command: Command): Command {
  return withJson(withSecret(command))
    .option('--signature <hex>', 'the value of X-VideoCloud-Signature; a captured request has its own')
    .option('--raw', 'the file is the body itself, whatever it looks like')
    .option('--request <n>', 'which request of a capture that has several; 1 is the first');
}

/**
 * Reads the delivery in a file, or on standard input for `-`.
 *
 * @throws Failure when the capture is not understood, or its signature is not known
 */
export async function readDelivery(io: Io, file: string, options: DeliveryOptions): Promise<Delivery> {
  const request = options.request === undefined ? undefined : integer('--request', options.request, 1, 1_000_000);
  const read = deliveryIn(await readBytes(io, file), { raw: options.raw, request }, options.signature);
  return { ...read, secrets: await readSecrets(io, options) };
}

/**
 * The delivery in bytes that somebody captured.
 *
 * @param given the signature, where the capture has none or another one is meant
 * @throws Failure when the capture is not understood, or its signature is not known
 */
export function deliveryIn(bytes: Uint8Array, options: CaptureOptions, given: string | undefined): ReadDelivery {
  const { body, headers, form, allHeaders } = understood(bytes, options);
  const signature = given ?? headers['x-videocloud-signature'];
  if (signature === undefined && form === 'body') throw usage('a bare body needs --signature HEX');
  // An absent header proves nothing when the capture may have left headers out.
  if (signature === undefined && !allHeaders) {
    throw usage(notUnderstood('the capture does not hold all headers: give --signature HEX').message);
  }
  return { body, headers, signature };
}

function understood(bytes: Uint8Array, options: CaptureOptions): Captured {
  try {
    return readCaptured(bytes, options);
  } catch (error) {
    throw isNamed(error, 'CaptureError') ? usage(reasonOf(error)) : error;
  }
}
