import type { Server } from 'node:http';

/** Closes a server and whatever still hangs on it. */
export function closer(server: Pick<Server, 'close' | 'closeAllConnections'>): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
