import { constants, createReadStream, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { ByteCollector } from '@videocloud/local-web/byte-collector';
import { reasonOf, usage } from '../failure.js';
import type { Io } from '../io.js';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @param shown what an error calls the file, where its name may be a secret that was given in its place
 */
export async function readBytes(io: Io, file: string, shown?: string): Promise<Uint8Array> {
  if (file === '-' && io.stdin.isTTY === true) {
    throw usage('nothing is piped in: give a file, or pipe the body into -');
  }
  if (file === '-' && io.stdin.readableDidRead) throw usage('standard input can be read only once: give one file as -');
  const name = file === '-' ? 'standard input' : (shown ?? file);
  const collected = new ByteCollector();
  try {
    // Read piece by piece: devices and pipes have no size to look at before.
    for await (const chunk of streamOf(io, file)) {
      collected.add(Buffer.from(chunk as Uint8Array));
      if (collected.length > MAX_BYTES) throw new Error('it is over 64 MiB');
    }
  } catch (error) {
    // Node's message ends in the name of the file, which is said already.
    throw usage(`cannot read ${name}: ${reasonOf(error).replace(/, [a-z]+(?: '[\s\S]*')?$/, '')}`);
  }
  return collected.take();
}

function streamOf({ stdin, signal }: Io, file: string): Readable {
  if (file === '-') return addAbortSignal(signal, stdin);
  // Opened without waiting for a writer: a thread that waits could not be interrupted, not even by exit().
  if (process.platform !== 'win32' && statSync(file).isFIFO()) {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return addAbortSignal(signal, new Socket({ fd, readable: true, writable: false }));
  }
  return createReadStream(file, { signal });
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

/** Requires an address to listen on: Node treats a blank one as all addresses of the machine. */
export function requireListenAddress(option: string, text: string): void {
  if (text.trim() === '') throw usage(`${option} is blank: is the variable set? 127.0.0.1 is this machine alone`);
}
