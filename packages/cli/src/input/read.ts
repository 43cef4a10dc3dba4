import { createReadStream } from 'node:fs';
import { reasonOf, usage } from '../failure.js';
import type { Io } from '../io.js';
import { ByteCollector } from './collect.js';

const MAX_BYTES = 64 * 1024 * 1024;

/** The bytes of a file, or of standard input for `-`. */
export async function readBytes(io: Io, file: string): Promise<Uint8Array> {
  if (file === '-' && io.stdin.isTTY === true) {
    throw usage('nothing is piped in: give a file, or pipe the body into -');
  }
  const name = file === '-' ? 'standard input' : file;
  const collected = new ByteCollector();
  try {
    // Read piece by piece: devices and pipes have no size to look at before.
    for await (const chunk of file === '-' ? io.stdin : createReadStream(file, { signal: io.signal })) {
      collected.add(Buffer.from(chunk as Uint8Array));
      if (collected.length > MAX_BYTES) throw new Error('it is over 64 MiB');
    }
  } catch (error) {
    throw usage(`cannot read ${name}: ${reasonOf(error)}`);
  }
  return collected.take();
}

/** A whole number option; anything else ends the command. */
export function integer(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw usage(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}

/** An http or https URL; anything else ends the command. */
export function httpUrl(text: string, what = 'the URL'): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usage(`${what} must begin with http:// or https://`);
  }
  if (url.username !== '' || url.password !== '') throw usage(`${what} must not hold a user name or password`);
  return url;
}
