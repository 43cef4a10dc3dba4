import * as crypto from 'node:crypto';

// A third of the time of a hash object, where the runtime has it (Node 20.12).
const oneShot: ((algorithm: string, data: Uint8Array | string, encoding: 'hex') => string) | undefined = crypto.hash;

/** SHA-256 in lower-case hex. A string is hashed as UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return oneShot === undefined
    ? crypto.createHash('sha256').update(data).digest('hex')
    : oneShot('sha256', data, 'hex');
}
