import { requireSecret, type Secret } from './secrets.js';

// A receiver has one or two secrets, a multi-tenant one many; the bound only keeps a hostile tenant list from growing memory.
const MAX_KEYS = 1_000;
const MAX_CACHED_LENGTH = 4_096;

/**
 * Makes a look-up from a secret to its prepared key, so that no call pays for key set-up twice.
 *
 * A blank secret is refused before a key is made of it; what is in the cache has passed that check.
 */
export function keyCache<Key>(prepare: (secret: Secret) => Key): (secret: Secret, where?: string) => Key {
  const byString = new Map<string, Key>();
  const byBytes = new Map<string, Key>();
  return (secret, where = '') => {
    const known = typeof secret === 'string' ? byString.get(secret) : undefined;
    if (known !== undefined) return known;
    requireSecret(secret, where);
    // Bytes are looked up by their content, not by identity: the caller may overwrite the array later.
    const isString = typeof secret === 'string';
    const cache = isString ? byString : byBytes;
    const name = isString ? secret : String.fromCharCode(...secret.subarray(0, MAX_CACHED_LENGTH));
    const cacheable = secret.length <= MAX_CACHED_LENGTH;
    const cached = cacheable ? cache.get(name) : undefined;
    if (cached !== undefined) return cached;
    const key = prepare(isString ? secret : secret.slice());
    if (cacheable) {
      if (cache.size >= MAX_KEYS) cache.delete(cache.keys().next().value as string);
      cache.set(name, key);
    }
    return key;
  };
}
