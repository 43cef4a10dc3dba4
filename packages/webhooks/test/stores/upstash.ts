import { Redis } from '@upstash/redis';
import { startUpstash } from '../../../../tests/support/upstash.js';
import { redisStore } from '../../src/stores/redis.js';
import type { Backend } from './backend.js';

export async function openUpstash(): Promise<Backend> {
  const { url, close } = await startUpstash();
  const store = () => redisStore(new Redis({ url, token: 'a token', enableTelemetry: false }));
  return {
    store: store(),
    other: store(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms + 2)),
    close,
  };
}
