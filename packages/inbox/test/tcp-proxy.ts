// A proxy in front of a server, for connections that are lost.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * Leads each new connection to the port that `target` gives at that moment; both sides close together.
 *
 * @param join passes bytes between the two sides
 */
export async function startTcpProxy(target: () => number, join: (client: Socket, upstream: Socket) => void) {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    join(client, upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    /** Ends every connection. */
    cut,
    /** Accepts no connection any more. */
    refuse: () => void server.close(),
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
