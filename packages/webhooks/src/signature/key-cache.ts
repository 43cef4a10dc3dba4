import { requireSecret, type Secret } from './secrets.js';

// A receiver has one or two secrets, a multi-tenant one many; the bound only keeps a hostile tenant list from growing memory.
const MAX_KEYS = 1_000;

/**
 * Makes a look-up from a secret to its prepared key, so that no call pays for key set-up twice.
 *
 * A blank secret is rejected before a key is made of it. Every secret in the cache has passed that check.
 */
export function keyCache<Key>(prepare: (secret: Secret) => Key): (secret: Secret, where?: string) => Key {
  const byString = new Map<string, Key>();
  const byBytes = new Map<string, Key>();
  return (secret, where = '') => {
    let cache = byString;
    let name = secret as string;
    if (typeof secret !== 'string') {
      requireSecret(secret, where);
      // By content, not by identity: the caller may overwrite the array later.
      cache = byBytes;
      name = secret.join();
    }
    let key = cache.get(name);
    if (key === undefined) {
      requireSecret(secret, where);
      key = prepare(secret);
      if (cache.size >= MAX_KEYS) cache.delete(cache.keys().next().value as string);
      cache.set(name, key);
    }
    return key;
  };
}
