import { afterAll, beforeAll, describe } from 'vitest';
import { isAvailable, type Service, startPostgres } from '../../../test-support/services.js';
import { contract } from './contract.js';

describe.skipIf(!isAvailable('postgres'))('on a real server', () => {
  let server: Service | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  contract('PostgreSQL', () => server?.url ?? '', 1_000);
});
