import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getResponse } from 'msw';
import { answering } from '../../../../tests/support/answering.js';
import { videoCloudHandlers } from '../../src/msw/index.js';
import { contract } from './contract.js';

contract('the MSW mock behind a real HTTP server', async (token) => {
  // The port is known only when the server listens, and the handlers need it.
  let handlers: ReturnType<typeof videoCloudHandlers> = [];
  const server = createServer(
    answering(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = 'GET', url = '/', headers } = incoming;
      const response = await getResponse(
        handlers,
        new Request(`http://${headers.host}${url}`, {
          method,
          headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]),
          ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
        }),
      );
      outgoing.writeHead(response?.status ?? 501, Object.fromEntries(response?.headers ?? []));
      outgoing.end(await response?.text());
    }),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  handlers = videoCloudHandlers({ baseUrl, token });
  return {
    baseUrl,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
});
