import { expect, it } from 'vitest';
import { checkReceiver } from '../src/index.js';
import { ANSWER } from './support/faults-answer.js';
import { DELIVERY } from './support/faults-delivery.js';
import { ENVELOPE } from './support/faults-envelope.js';
import { HTTP } from './support/faults-http.js';
import { describeMutants, options } from './support/mutants.js';
import { receiver } from './support/reference-receiver.js';

describeMutants([...ENVELOPE, ...HTTP, ...DELIVERY, ...ANSWER], 35);

it('a receiver without a fault passes every case, and proves every level', async () => {
  const served = await receiver();
  try {
    const report = await checkReceiver(served.url, options(served.state));
    expect(report.results.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(report).toMatchObject({ level: 'reliable', score: 100, failed: 0, skipped: 0, interrupted: false });
  } finally {
    await served.close();
  }
}, 300_000);
