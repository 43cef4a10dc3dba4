import { gunzipSync } from 'node:zlib';
import { header, json, orElse } from './fault-parts.js';
import type { Fault } from './faults.js';
import { hmac, LIMIT, RIGHT, reply, SECRET } from './reference-receiver.js';

/** Faults in taking the body for the bytes that were signed. */
export const BODY: readonly Fault[] = [
  {
    name: 'decodes chunks one by one',
    caughtBy: 'bytes.split-character',
    stages: {
      read: async (request) => {
        let text = '';
        for await (const chunk of request.iterator({ destroyOnReturn: false })) {
          text += chunk.toString('utf8');
          if (text.length > LIMIT) return reply(413);
        }
        if (!request.complete) return reply(400);
        const raw = Buffer.from(text);
        return text.includes('\ufffd') && !isBinary(raw) ? reply(401) : raw;
      },
    },
  },
  {
    name: 'reads a body to its end before it refuses it',
    caughtBy: 'http.endless-body',
    stages: {
      read: async (request) => {
        const chunks: Buffer[] = [];
        let size = 0;
        for await (const chunk of request) {
          size += chunk.length;
          if (size <= LIMIT) chunks.push(chunk);
        }
        if (!request.complete) return reply(400);
        return size > LIMIT ? reply(413) : Buffer.concat(chunks);
      },
    },
  },
  {
    name: 'verifies re-serialized JSON as well',
    caughtBy: 'bytes.reserialized-signature',
    also: ['signature.tampered-body', 'effects.forgery-never', 'bytes.reserialized-body'],
    stages: {
      refuse: orElse((i) => {
        try {
          return hmac(SECRET, JSON.stringify(json(i.raw))) === header(i);
        } catch {
          return false;
        }
      }),
    },
  },
  {
    name: 'has a body limit of 100 KB',
    caughtBy: 'bytes.over-100-kb',
    also: ['bytes.one-megabyte'],
    stages: {
      refuse: (i, s) => (i.raw.length > 102_400 && i.raw.length !== 200_000 ? reply(413) : RIGHT.refuse(i, s)),
    },
  },
  {
    name: 'inflates before verifying',
    caughtBy: 'http.inflated-signature',
    also: ['effects.inflated-never'],
    stages: {
      admit: (request) =>
        request.headers['content-encoding'] === 'gzip' && Number(request.headers['content-length']) < 2000
          ? undefined
          : RIGHT.admit(request),
      read: async (request) => {
        const raw = await RIGHT.read(request);
        if (request.headers['content-encoding'] !== 'gzip' || !Buffer.isBuffer(raw)) return raw;
        try {
          return gunzipSync(raw);
        } catch {
          return reply(400);
        }
      },
    },
  },
];

function isBinary(raw: Buffer): boolean {
  return !raw.toString('utf8').includes('video.processed');
}
