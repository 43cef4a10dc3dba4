// The request that every capture of these tests holds.
import { createHmac } from 'node:crypto';
import { readCaptured } from '@videocloud/local-web/captures';
import { expect } from 'vitest';

export const BODY = '{"event": "video.deleted", "data": {"title": "Моё «видео»\\n", "ratio": 1.0, "n": "50%"}}';
export const SIGNATURE = createHmac('sha256', 'secret-of-tests').update(BODY).digest('hex');
export const NAME = 'x-videocloud-signature';
export const read = (text: string | Uint8Array, options = {}) => readCaptured(Buffer.from(text), options);
export const refused = (text: string | Uint8Array, why: RegExp) => expect(() => read(text)).toThrow(why);

/** The capture holds this body and signature, and nothing was lost. */
export function holds(text: string | Uint8Array, body = BODY): void {
  const found = read(text);
  expect(Buffer.from(found.body).toString()).toBe(body);
  expect(found.headers[NAME]).toBe(SIGNATURE);
  expect(found.allHeaders).toBe(true);
}
