import { setupServer } from 'msw/node';
import { videoCloudHandlers } from '../../src/msw/index.js';
import { contract } from './contract.js';

contract('the MSW mock', async (token) => {
  const baseUrl = 'https://videocloud.test/api';
  const server = setupServer(...videoCloudHandlers({ baseUrl, token }));
  server.listen({ onUnhandledRequest: 'error' });
  return { baseUrl, stop: () => server.close() };
});
