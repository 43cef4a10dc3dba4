import { sha256Hex } from '#runtime';

/** What is used of an R2 bucket: the place of bodies that are too large for a queue's message. */
export interface BucketLike {
  put(key: string, body: Uint8Array): Promise<unknown>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
}

/** A message holds 128 KB, with about 100 bytes of the platform's own. */
export const MAX_MESSAGE_BYTES = 127_000;

/** What a message holds in place of a body. */
interface Reference {
  readonly bucketKey: string;
}

/** Puts a body into the bucket. Copies of a delivery share an object. */
export async function putBody(bucket: BucketLike, rawBody: Uint8Array): Promise<Reference> {
  const bucketKey = `videocloud-webhooks/${await sha256Hex(rawBody)}`;
  await bucket.put(bucketKey, rawBody);
  return { bucketKey };
}

/**
 * The body that a message holds or names; anything else as it is.
 *
 * @throws when the bucket is not given, fails or does not have it
 */
export async function bodyOf(message: unknown, bucket: BucketLike | undefined): Promise<unknown> {
  const { bucketKey } = Object(message) as Partial<Reference>;
  if (typeof bucketKey !== 'string') return message;
  if (bucket === undefined) throw new TypeError('The body is in a bucket: give queueHandler the option bucket');
  const object = await bucket.get(bucketKey);
  if (object === null) throw new Error(`The bucket has no ${bucketKey}`);
  return object.arrayBuffer();
}
