import { createSender } from '@videocloud/webhooks-sender';
import { contract } from './contract.js';

contract('the reference sender', async (token) => {
  // What it would deliver to does not exist: the names of the suite must not be asked of a real resolver.
  const sender = createSender({ token, lookup: async () => [] });
  const { url } = await sender.listen();
  return { baseUrl: url, stop: () => sender.close() };
});
