import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startPostgres } from '../../../test-support/services.js';
import { openInbox } from '../src/index.js';
import { contract } from './contract.js';

describe.skipIf(!isAvailable('postgres'))('on a real server', () => {
  let server: Service | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  it('is opened by many processes at the same moment', async () => {
    for (let round = 0; round < 8; round++) {
      const opening = Array.from({ length: 6 }, () => openInbox(server?.url ?? '', { name: `together_${round}` }));
      const opened = await Promise.allSettled(opening);
      await Promise.all(opened.map((inbox) => (inbox.status === 'fulfilled' ? inbox.value.close() : undefined)));
      expect(opened.map(({ status }) => status)).toEqual(Array(6).fill('fulfilled'));
    }
  });

  contract('PostgreSQL', () => server?.url ?? '', 1_000);
});
