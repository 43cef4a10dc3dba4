import { createHash, createHmac } from 'node:crypto';
import type { Header } from './http/message.js';
import { SIGNATURE } from './protocol.js';
import type { SentDelivery } from './types.js';

/** A member's raw JSON text, spliced into a body so that the exact spelling reaches the wire. */
type RawJson = string;

/** A genuine event, as an object. */
export interface GenuineEvent {
  event: string;
  timestamp: string;
  data: Record<string, unknown>;
  [member: string]: unknown;
}

/**
 * Makes genuine and forged deliveries for one run. Every body has an identifier of its own, so that no case is a duplicate
 * of another's. Signatures are computed here and not by `@videocloud/webhooks`: the kit shares no code with what it tests.
 */
export class DeliveryFactory {
  readonly #secret: string | Uint8Array;
  readonly #previousSecret: string | Uint8Array | undefined;
  readonly #now: () => number;
  readonly #nonce: string;
  readonly #event: string;
  #count = 0;

  constructor(options: {
    secret: string | Uint8Array;
    previousSecret?: string | Uint8Array | undefined;
    event: string;
    nonce: string;
    now: () => number;
  }) {
    this.#secret = options.secret;
    this.#previousSecret = options.previousSecret;
    this.#event = options.event;
    this.#nonce = options.nonce;
    this.#now = options.now;
  }

  /** The event name genuine deliveries carry. */
  get eventName(): string {
    return this.#event;
  }

  /** A fresh identifier, such as `vid_conf_1f0c_12`. */
  id(prefix = 'vid'): string {
    this.#count += 1;
    return `${prefix}_conf_${this.#nonce}_${this.#count}`;
  }

  /** An RFC 3339 timestamp, `offsetMs` from now. */
  timestamp(offsetMs = 0): string {
    return new Date(this.#now() + offsetMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }

  /** A genuine event of the given name, with the guide's payload where the guide shows one. */
  event(name: string = this.#event, data: Record<string, unknown> = {}): GenuineEvent {
    return { event: name, timestamp: this.timestamp(), data: { ...this.#payload(name), ...data } };
  }

  /** A genuine delivery's body. */
  body(event: GenuineEvent = this.event()): Buffer {
    return Buffer.from(JSON.stringify(event));
  }

  /** A body whose payload has one more member, `note`, written exactly as given. */
  bodyWith(note: RawJson): Buffer {
    return Buffer.from(JSON.stringify(this.event()).replace(/\}\}$/, `,"note":${note}}}`));
  }

  /** HMAC-SHA256 of the bytes under the receiver's secret (or another), in lower-case hex. */
  sign(body: Uint8Array, secret: string | Uint8Array = this.#secret, algorithm = 'sha256'): string {
    return createHmac(algorithm, secret).update(body).digest('hex');
  }

  /** The same under the previous secret. */
  signPrevious(body: Uint8Array): string {
    if (this.#previousSecret === undefined) throw new TypeError('No previous secret was given.');
    return this.sign(body, this.#previousSecret);
  }

  /** Whether a placeholder happens to be a secret in use, and so no forgery. */
  isSecret(candidate: string): boolean {
    return [this.#secret, this.#previousSecret].some(
      (secret) => secret !== undefined && Buffer.from(secret).equals(Buffer.from(candidate)),
    );
  }

  /** The secret as an answer could hold it: as it is, in hex and in base64. A secret of less than six bytes gives none: it could be there by chance. */
  secretSpellings(): Buffer[] {
    const secret = Buffer.from(this.#secret);
    if (secret.length < 6) return [];
    return [secret, Buffer.from(secret.toString('hex')), Buffer.from(secret.toString('base64').replace(/=+$/, ''))];
  }

  /** The right digest as raw bytes, for encodings other than hex. */
  digest(body: Uint8Array): Buffer {
    return createHmac('sha256', this.#secret).update(body).digest();
  }

  /** SHA-256 of secret and body strung together: what a receiver without HMAC would compute. */
  concatenated(body: Uint8Array): string {
    return createHash('sha256').update(this.#secret).update(body).digest('hex');
  }

  /** The headers of a genuine delivery. */
  headers(body: Uint8Array, signature: string = this.sign(body)): Header[] {
    return [...CONTENT, [SIGNATURE, signature]];
  }

  #payload(name: string): Record<string, unknown> {
    switch (name) {
      case 'video.uploaded':
        return {
          videoId: this.id(),
          title: 'Моё видео',
          size: 10485760,
          duration: 120,
          format: 'mp4',
          userId: 'usr_123456',
          status: 'processing',
        };
      case 'video.processed':
        return {
          videoId: this.id(),
          status: 'ready',
          formats: [{ quality: '1080p', url: 'https://stream.videocloud.com/v/123456/1080p', size: 52428800 }],
          thumbnailUrl: 'https://thumb.videocloud.com/v/123456',
          processingTime: 300,
        };
      case 'user.registered':
        return {
          userId: this.id('usr'),
          email: 'user@example.com',
          username: 'username',
          firstName: 'Иван',
          lastName: 'Иванов',
          registrationMethod: 'email',
        };
      case 'comment.created':
        return {
          commentId: this.id('com'),
          videoId: 'vid_123456',
          userId: 'usr_123456',
          content: 'Отличное видео!',
          parentId: null,
          createdAt: '2024-03-31T12:00:00Z',
        };
      default:
        return { id: this.id('evt') };
    }
  }
}

/** What every delivery says of its body. */
export const CONTENT: readonly Header[] = [['Content-Type', 'application/json']];

/** The delivery as an effects probe gets it. */
export function sent(body: Uint8Array): SentDelivery {
  return { body, event: eventOf(body), key: createHash('sha256').update(body).digest('hex') };
}

function eventOf(body: Uint8Array): string | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof value !== 'object' || value === null || !('event' in value)) return null;
    return typeof value.event === 'string' ? value.event : null;
  } catch {
    return null;
  }
}
