import { afterAll, beforeAll, describe } from 'vitest';
import { isAvailable, type Service, startRedis } from '../../../test-support/services.js';
import { contract } from './contract.js';

describe.skipIf(!isAvailable('redis'))('on a real server', () => {
  let server: Service | undefined;
  beforeAll(async () => {
    server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'everysec'] });
  });
  afterAll(() => server?.stop());

  contract('Redis', () => server?.url ?? '', 20);
});
