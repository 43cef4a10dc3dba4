import { diagnose } from '@videocloud/webhooks/doctor';
import { tried } from './lines.js';

/**
 * @param {import('./index.js').Cases} cases
 * @param {import('./lines.js').Say} say
 */
export async function doctor({ doctorCases }, say) {
  // Its bound of time would make the verdict a matter of the machine's speed; its bound of work is the same everywhere.
  const { now } = performance;
  const frozen = performance.now();
  Object.defineProperty(performance, 'now', { value: () => frozen, configurable: true });
  for (const { name, input } of doctorCases) say(name, await tried(() => diagnose(input)));
  const odd = { body: '{}', signature: Symbol('s'), secrets: 'key' };
  say('a symbol for a signature', await tried(() => diagnose(odd)));
  say('a function for a body', await tried(() => diagnose({ ...odd, signature: 'x', body: () => 1 })));
  say(
    'headers that lie',
    await tried(() => diagnose({ ...odd, signature: 'x', headers: { 'content-length': 'é', date: '' } })),
  );
  say('no secret', await tried(() => diagnose({ ...odd, signature: 'x', secrets: undefined })));
  // Not by deleting ours: on Bun there is no other one beneath it.
  Object.defineProperty(performance, 'now', { value: now, configurable: true });
}
